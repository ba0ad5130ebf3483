/** Shapes of a page as OpenLayers draws them: features, and their look in the theme's colours. */
import Feature, { type FeatureLike } from 'ol/Feature'
import LineString from 'ol/geom/LineString'
import MultiPoint from 'ol/geom/MultiPoint'
import Point from 'ol/geom/Point'
import Polygon from 'ol/geom/Polygon'
import Circle from 'ol/style/Circle'
import Fill from 'ol/style/Fill'
import Stroke from 'ol/style/Stroke'
import Style from 'ol/style/Style'
import Text from 'ol/style/Text'
import { boxOf, flip, type Point as Place } from './shapes'

export interface DrawnLine {
  id: number
  baseline: readonly Place[]
  mask: readonly Place[]
}
export interface DrawnRegion {
  id: number
  label: string
  colour: string
  polygon: readonly Place[]
}

/** The features of one layer; each knows the id of its line. */
export function baselinesOf(lines: readonly DrawnLine[]): Feature[] {
  return lines
    .filter(({ baseline }) => baseline.length > 1)
    .map((line) => named(line.id, new Feature(new LineString(flip(line.baseline)))))
}

export function masksOf(lines: readonly DrawnLine[]): Feature[] {
  return lines
    .filter(({ mask }) => mask.length > 2)
    .map((line) => named(line.id, new Feature(new Polygon([ring(line.mask)]))))
}

export function regionsOf(regions: readonly DrawnRegion[]): Feature[] {
  return regions
    .filter(({ polygon }) => polygon.length > 2)
    .map((region) => {
      const feature = new Feature(new Polygon([ring(region.polygon)]))
      feature.setProperties({ label: region.label, colour: region.colour })
      return feature
    })
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
  line: Style[]
  thin: Style[]
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
  return {
    line: [stroke(lapis, 1.5)],
    thin: [stroke(lapis, 0.75)],
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
    region: (label, ink) => [
      new Style({ stroke: new Stroke({ color: ink, width: 1.5 }) }),
      new Style({
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
      }),
    ],
  }
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
