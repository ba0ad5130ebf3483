/** The desk on the page image: what is chosen, its points, what a tool draws; and the pointer's way to the tool. */
import Feature from 'ol/Feature'
import {
  type Geometry,
  LineString,
  MultiLineString,
  MultiPoint,
  MultiPolygon,
  Polygon,
} from 'ol/geom'
import Interaction from 'ol/interaction/Interaction'
import VectorLayer from 'ol/layer/Vector'
import type OlMap from 'ol/Map'
import type MapBrowserEvent from 'ol/MapBrowserEvent'
import VectorSource from 'ol/source/Vector'
import Circle from 'ol/style/Circle'
import Fill from 'ol/style/Fill'
import RegularShape from 'ol/style/RegularShape'
import Stroke from 'ol/style/Stroke'
import Style from 'ol/style/Style'
import type { Guest } from '../canvas'
import { arrow } from '../scene'
import { flip, type Point } from '../shapes'
import type { Desk } from './desk'
import { pointsOf } from './edits'
import { partsOf } from './finding'
import { lineOf, type Points, regionOf } from './sheet'
import type { Aim } from './tools/tool'

/** Of so many shapes the points are drawn. */
const MOST_WITH_POINTS = 40
/** How far apart the two clicks of a double click may be. */
const TWICE = 8 // screen pixels
const REACH = { mouse: 7, touch: 22 } // screen pixels

const ACCENT = '#a01b46'
const halo = new Stroke({ color: 'rgb(255 255 255 / 0.75)', width: 5 })
const STYLES = {
  chosen: [
    new Style({ stroke: halo }),
    new Style({ stroke: new Stroke({ color: ACCENT, width: 2.5 }) }),
  ],
  direction: arrow(ACCENT),
  outline: new Style({
    stroke: new Stroke({ color: ACCENT, width: 1.5, lineDash: [5, 4] }),
    fill: new Fill({ color: `${ACCENT}14` }),
  }),
  ghost: [
    new Style({ stroke: halo }),
    new Style({ stroke: new Stroke({ color: '#b36a00', width: 2 }) }),
  ],
  area: new Style({
    stroke: new Stroke({ color: '#b36a00', width: 1.5, lineDash: [6, 4] }),
    fill: new Fill({ color: 'rgb(179 106 0 / 0.1)' }),
  }),
  rival: new Style({
    stroke: new Stroke({ color: '#b36a00', width: 2, lineDash: [2, 5] }),
  }),
  points: dots('#fff', ACCENT),
  spots: dots(ACCENT, '#fff'),
  pen: new Style({
    image: new RegularShape({
      points: 4,
      radius: 11,
      radius2: 0,
      stroke: new Stroke({ color: ACCENT, width: 2 }),
    }),
  }),
}

function dots(fill: string, edge: string): Style {
  const coarse = typeof matchMedia !== 'undefined' && matchMedia('(pointer: coarse)').matches
  return new Style({
    image: new Circle({
      radius: coarse ? 9 : 4.5,
      fill: new Fill({ color: fill }),
      stroke: new Stroke({ color: edge, width: 1.75 }),
    }),
  })
}

type Add = (geometry: Geometry, style: Style | Style[]) => void

export class Board implements Guest {
  private readonly source = new VectorSource({ wrapX: false })
  private readonly layer = new VectorLayer({
    source: this.source,
    updateWhileInteracting: true,
    updateWhileAnimating: true,
  })
  private map: OlMap | null = null
  private frame = 0
  private drags = false
  private dragged = false
  private clicks: readonly [number[]?, number[]?] = []
  private fingers = 0
  /** What others made of shapes, while one of the two must be chosen. */
  private rivals: readonly Points[] = []
  private readonly interaction = new Interaction({
    handleEvent: (event: MapBrowserEvent) => this.hear(event),
  })

  constructor(private readonly desk: Desk) {}

  enter(map: OlMap): void {
    this.map = map
    map.addLayer(this.layer)
    map.addInteraction(this.interaction)
    this.draw()
  }

  leave(map: OlMap): void {
    this.desk.cancel()
    cancelAnimationFrame(this.frame)
    this.frame = 0
    map.removeInteraction(this.interaction)
    map.removeLayer(this.layer)
    this.map = null
  }

  takesArrows(): boolean {
    return this.desk.chosen.size > 0 || this.desk.work.arrow !== undefined
  }

  /** Image pixels per screen pixel. */
  scale(): number {
    return this.map?.getView().getResolution() ?? 1
  }

  centre(): Point {
    const [x = 0, y = 0] = this.map?.getView().getCenter() ?? []
    return [x, -y]
  }

  setRivals(rivals: readonly Points[]): void {
    this.rivals = rivals
    this.draw()
  }

  /** Draw with the next frame, once for all that changes until then. */
  draw(): void {
    if (!this.map || this.frame) return
    this.frame = requestAnimationFrame(() => {
      this.frame = 0
      this.source.clear(true)
      this.source.addFeatures(this.features())
    })
  }

  private features(): Feature[] {
    const { desk } = this
    const features: Feature[] = []
    const add: Add = (geometry, style) => {
      const feature = new Feature<Geometry>(geometry)
      feature.setStyle(style)
      features.push(feature)
    }
    this.addChosen(add)
    for (const stroke of desk.ghost.strokes) {
      if (stroke.length > 1) add(new LineString(flip(stroke)), STYLES.ghost)
      add(new MultiPoint(flip(stroke.length > 30 ? stroke.slice(0, 1) : stroke)), STYLES.points)
    }
    const { area } = desk.ghost
    if (area && area.length > 1)
      add(new Polygon([flip([...area, ...area.slice(0, 1)])]), STYLES.area)
    if (desk.pen) add(new MultiPoint(flip([desk.pen])), STYLES.pen)
    for (const points of this.rivals) add(new LineString(flip(points)), STYLES.rival)
    return features
  }

  private addChosen(add: Add) {
    const { desk } = this
    const sheet = desk.draft ?? desk.sheet
    const lines = sheet.lines.filter(({ id }) => desk.chosen.has(`line:${id}`))
    const regions = sheet.regions.filter(({ id }) => desk.chosen.has(`region:${id}`))
    const closed = (points: Points) => [flip([...points, ...points.slice(0, 1)])]
    if (regions.length)
      add(new MultiPolygon(regions.map(({ polygon }) => closed(polygon))), STYLES.chosen)
    if (desk.shown.masks && lines.length)
      add(
        new MultiPolygon(
          lines.filter(({ mask }) => mask.length > 2).map(({ mask }) => closed(mask)),
        ),
        STYLES.outline,
      )
    if (lines.length)
      add(new MultiLineString(lines.map(({ baseline }) => flip(baseline))), STYLES.chosen)
    if (desk.chosen.size > MOST_WITH_POINTS) return
    for (const { baseline } of lines)
      if (baseline.length > 1) add(new LineString(flip(baseline)), STYLES.direction)
    const points = [...desk.chosen].flatMap((name) =>
      lineOf(sheet, name) || regionOf(sheet, name)
        ? partsOf(name, desk.shown).flatMap((part) => [...pointsOf(sheet, name, part)])
        : [],
    )
    add(new MultiPoint(flip(points)), STYLES.points)
    const spots = desk.spots.flatMap(({ name, part, index }) => {
      const point = pointsOf(sheet, name, part)[index]
      return point ? [point] : []
    })
    if (spots.length) add(new MultiPoint(flip(spots)), STYLES.spots)
  }

  /** Whether others (moving the image) may have the event too. */
  private hear(event: MapBrowserEvent): boolean {
    const { work } = this.desk
    const original = event.originalEvent as PointerEvent
    switch (event.type) {
      case 'pointerdown':
        this.fingers = event.activePointers?.length ?? 1
        if (this.fingers > 1) {
          if (this.drags) this.desk.cancel()
          this.drags = false
          return true
        }
        // The wheel and the right button move the image with any tool.
        if (original.pointerType === 'mouse' && original.button !== 0) return true
        this.drags = work.press?.(this.aim(event)) ?? false
        return !this.drags
      case 'pointerdrag':
        if (!this.drags) return true
        this.dragged = true
        work.drag?.(this.aim(event))
        return false
      case 'pointerup':
        this.up(event)
        return true
      case 'click':
        this.clicks = [this.clicks[1], event.pixel]
        if (this.fingers < 2) work.click?.(this.aim(event))
        return false
      case 'dblclick':
        if (this.inOnePlace()) work.twice?.(this.aim(event))
        return false
      case 'pointermove':
        if (!event.dragging) this.move(event)
        return true
      default:
        return true
    }
  }

  private up(event: MapBrowserEvent) {
    const { drags, dragged } = this
    this.drags = false
    this.dragged = false
    // Where nothing was dragged, a click follows as an event of its own.
    if (drags && dragged) this.desk.work.release?.(this.aim(event))
  }

  /** Two quick clicks in different places are no double click, whatever the map says. */
  private inOnePlace(): boolean {
    const [[ax = 0, ay = 0] = [], [bx = 0, by = 0] = []] = this.clicks
    return Math.hypot(ax - bx, ay - by) <= TWICE
  }

  private move(event: MapBrowserEvent) {
    const element = this.map?.getTargetElement()
    if (element) element.style.cursor = this.desk.cursor
    this.desk.work.hover?.(this.aim(event))
  }

  private aim(event: MapBrowserEvent): Aim {
    const original = event.originalEvent as PointerEvent
    const [x = 0, y = 0] = event.coordinate
    const touch = original.pointerType === 'touch'
    return {
      at: [x, -y],
      reach: (touch ? REACH.touch : REACH.mouse) * this.scale(),
      shift: original.shiftKey,
      ctrl: original.ctrlKey || original.metaKey,
      touch,
    }
  }
}
