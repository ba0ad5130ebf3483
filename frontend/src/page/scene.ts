/** Shapes of a page as OpenLayers draws them: features, and their look in the theme's colours. */
import Feature, { type FeatureLike } from 'ol/Feature'
import LineString from 'ol/geom/LineString'
import MultiPoint from 'ol/geom/MultiPoint'
import Point from 'ol/geom/Point'
import Polygon from 'ol/geom/Polygon'
import Circle from 'ol/style/Circle'
import Fill from 'ol/style/Fill'
import RegularShape from 'ol/style/RegularShape'
import Stroke from 'ol/style/Stroke'
import Style from 'ol/style/Style'
import Text from 'ol/style/Text'
import { boxOf, flip, type Point as Place } from './shapes'

export interface DrawnLine {
  id: number
  baseline: readonly Place[]
  mask: readonly Place[]
  /** Of its type; empty for none. */
  colour?: string
}
export interface DrawnRegion {
  id: number
  label: string
  colour: string
  polygon: readonly Place[]
}

/** Features know the id of their shape; null where there is too little to draw. */
export function baselineOf({ id, baseline }: DrawnLine): Feature | null {
  return baseline.length > 1 ? named(id, new Feature(new LineString(flip(baseline)))) : null
}

export function maskOf({ id, mask }: DrawnLine): Feature | null {
  return mask.length > 2 ? named(id, new Feature(new Polygon([ring(mask)]))) : null
}

export function regionFeature({ id, polygon, label, colour }: DrawnRegion): Feature | null {
  if (polygon.length < 3) return null
  const feature = named(id, new Feature(new Polygon([ring(polygon)])))
  feature.setProperties({ label, colour })
  return feature
}

/** Everything but one line: its mask, or a band along its baseline where it has none. */
export function veilOf(line: DrawnLine, around: readonly Place[]): Feature<Polygon> {
  const box = boxOf(line.baseline)
  const hole: readonly Place[] =
    line.mask.length > 2 || !box
      ? line.mask
      : [
          [box[0], box[1] - 40],
          [box[2], box[1] - 40],
          [box[2], box[3] + 15],
          [box[0], box[3] + 15],
        ]
  return new Feature(new Polygon([ring(around), ring(hole)]))
}

/** A closed ring: OpenLayers leaves out the first point of one that is only filled. */
function ring(points: readonly Place[]): [number, number][] {
  return flip([...points, ...points.slice(0, 1)])
}

function named(id: number, feature: Feature): Feature {
  feature.setId(id)
  return feature
}

export interface Look {
  /** In the colour of its type, if it has one. */
  line(colour: string, thin: boolean): Style[]
  number(at: number): Style
  arrow: Style
  doubtful: Style[]
  hovered: Style[]
  current: Style[]
  mask: Style
  hoveredMask: Style
  currentMask: Style
  veil: Style
  region(label: string, colour: string): Style[]
}

/** The styles in the colours of the present theme; made again when it changes. */
export function look(): Look {
  // The image is paper in both themes, so what is drawn on it keeps the light theme's ink.
  const [lapis, accent, warn] = ['#1f4e79', '#a01b46', '#b36a00']
  const halo = new Stroke({ color: 'rgb(255 255 255 / 0.65)', width: 4 })
  const stroke = (ink: string, width: number, dash?: number[]) =>
    new Style({ stroke: new Stroke({ color: ink, width, ...(dash && { lineDash: dash }) }) })
  const ends = new Style({
    image: new Circle({
      radius: 3.5,
      fill: new Fill({ color: accent }),
      stroke: new Stroke({ color: '#fff', width: 1.5 }),
    }),
    geometry: (feature) => {
      const shape = feature.getGeometry()
      return shape instanceof LineString
        ? new MultiPoint([shape.getFirstCoordinate(), shape.getLastCoordinate()])
        : undefined
    },
  })
  const wide = new Style({ stroke: halo })
  const lines = new Map<string, Style[]>()
  const numbers = new Map<number, Style>()
  const regions = new Map<string, Style[]>()
  return {
    line: (colour, thin) =>
      kept(lines, `${colour}${thin}`, () => [
        stroke(colour || lapis, (thin ? 0.75 : 1.5) * (colour ? 1.5 : 1)),
      ]),
    number: (at) => kept(numbers, at, () => numbered(at, lapis)),
    arrow: arrow(lapis),
    doubtful: [stroke(warn, 2, [7, 4])],
    hovered: [wide, stroke(accent, 2.5)],
    current: [wide, stroke(accent, 3), ends],
    mask: new Style({ fill: new Fill({ color: `${lapis}1f` }) }),
    hoveredMask: new Style({ fill: new Fill({ color: `${accent}29` }) }),
    // No fill: nothing lies over the letters that are being read.
    currentMask: new Style({
      fill: new Fill({ color: '#fff0' }),
      stroke: new Stroke({ color: accent, width: 1.25 }),
    }),
    veil: new Style({ fill: new Fill({ color: 'rgb(241 238 231 / 0.45)' }) }),
    region: (label, ink) => kept(regions, `${ink}${label}`, () => outlined(label, ink)),
  }
}

/** What a function makes, made once for each key. */
function kept<K, V>(made: Map<K, V>, key: K, make: () => V): V {
  const there = made.get(key) ?? make()
  made.set(key, there)
  return there
}

function outlined(label: string, ink: string): Style[] {
  const border = new Style({ stroke: new Stroke({ color: ink, width: 1.5 }) })
  if (!label) return [border]
  const tab = new Style({
    geometry: corner,
    text: new Text({
      text: label,
      font: '600 11px system-ui, sans-serif',
      textAlign: 'left',
      textBaseline: 'bottom',
      padding: [2, 4, 0, 4],
      offsetX: 3,
      fill: new Fill({ color: inkOn(ink) }),
      backgroundFill: new Fill({ color: ink }),
    }),
  })
  return [border, tab]
}

/** The number of a line, before its start. */
function numbered(at: number, ink: string): Style {
  return new Style({
    geometry: (feature) => {
      const shape = feature.getGeometry()
      return shape instanceof LineString ? new Point(shape.getFirstCoordinate()) : undefined
    },
    text: new Text({
      text: String(at),
      font: '600 11px system-ui, sans-serif',
      textAlign: 'right',
      offsetX: -6,
      padding: [1, 3, 0, 3],
      fill: new Fill({ color: '#fff' }),
      backgroundFill: new Fill({ color: ink }),
    }),
  })
}

/** An arrow at the end of a line, in its direction. */
export function arrow(ink: string): Style {
  const shape = new RegularShape({
    points: 3,
    radius: 6,
    fill: new Fill({ color: ink }),
    stroke: new Stroke({ color: '#fff', width: 1 }),
    rotateWithView: true,
  })
  const style = new Style({ image: shape })
  style.setGeometry((feature) => {
    const line = feature.getGeometry()
    if (!(line instanceof LineString)) return undefined
    const [from = [0, 0], to = [0, 0]] = line.getCoordinates().slice(-2)
    const [fx = 0, fy = 0] = from
    const [tx = 0, ty = 0] = to
    shape.setRotation(Math.PI / 2 - Math.atan2(ty - fy, tx - fx))
    return new Point(to)
  })
  return style
}

/** The place of a region's label: its upper left corner. */
function corner(feature: FeatureLike): Point | undefined {
  const [left, , , top] = feature.getGeometry()?.getExtent() ?? []
  return left === undefined || top === undefined ? undefined : new Point([left, top])
}

/** Black or white, whichever can be read on a colour (relative luminance as in WCAG 2). */
export function inkOn(hex: string): string {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? '#111' : '#fff'
}
