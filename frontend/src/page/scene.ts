/** Shapes of a page as OpenLayers draws them: features, and their look in the theme's colours. */
import Feature from 'ol/Feature'
import LineString from 'ol/geom/LineString'
import MultiPoint from 'ol/geom/MultiPoint'
import Polygon from 'ol/geom/Polygon'
import Circle from 'ol/style/Circle'
import Fill from 'ol/style/Fill'
import Stroke from 'ol/style/Stroke'
import Style from 'ol/style/Style'
import Text from 'ol/style/Text'
import { colour } from '../shell/theme'
import { flip, type Point } from './shapes'

export interface DrawnLine {
  id: number
  baseline: readonly Point[]
  mask: readonly Point[]
  doubtful: boolean
}
export interface DrawnRegion {
  id: number
  label: string
  colour: string
  polygon: readonly Point[]
}

/** The features of one layer; each knows the id of its line. */
export function baselinesOf(lines: readonly DrawnLine[]): Feature[] {
  return lines
    .filter(({ baseline }) => baseline.length > 1)
    .map((line) => named(line.id, new Feature(new LineString(flip(line.baseline))), line))
}

export function masksOf(lines: readonly DrawnLine[]): Feature[] {
  return lines
    .filter(({ mask }) => mask.length > 2)
    .map((line) => named(line.id, new Feature(new Polygon([flip(line.mask)])), line))
}

export function regionsOf(regions: readonly DrawnRegion[]): Feature[] {
  return regions
    .filter(({ polygon }) => polygon.length > 2)
    .map((region) => {
      const feature = new Feature(new Polygon([flip(region.polygon)]))
      feature.setProperties({ label: region.label, colour: region.colour })
      return feature
    })
}

function named(id: number, feature: Feature, line: DrawnLine): Feature {
  feature.setId(id)
  feature.set('doubtful', line.doubtful)
  return feature
}

export interface Look {
  line: Style[]
  doubtful: Style[]
  hovered: Style[]
  current: Style[]
  mask: Style
  hoveredMask: Style
  currentMask: Style
  region(label: string, colour: string): Style
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
    line: [stroke(lapis, 1.75)],
    doubtful: [stroke(warn, 2.25, [7, 5])],
    hovered: [wide, stroke(accent, 2.5)],
    current: [wide, stroke(accent, 3), ends],
    mask: new Style({ fill: new Fill({ color: `${lapis}1f` }) }),
    hoveredMask: new Style({ fill: new Fill({ color: `${accent}29` }) }),
    currentMask: new Style({
      fill: new Fill({ color: `${accent}1f` }),
      stroke: new Stroke({ color: accent, width: 1.25 }),
    }),
    region: (label, ink) =>
      new Style({
        stroke: new Stroke({ color: ink, width: 1.5 }),
        text: new Text({
          text: label,
          font: '600 12px system-ui, sans-serif',
          placement: 'point',
          textAlign: 'left',
          textBaseline: 'bottom',
          padding: [2, 5, 1, 5],
          fill: new Fill({ color: '#fff' }),
          backgroundFill: new Fill({ color: ink }),
          overflow: true,
        }),
      }),
  }
}

/** The ground behind the image, in the theme's colour. */
export function ground(): string {
  return colour('--sunken')
}
