/** The order of lines on the page image: a path from line to line; a click names a line. */
import Feature from 'ol/Feature'
import { LineString } from 'ol/geom'
import Interaction from 'ol/interaction/Interaction'
import VectorLayer from 'ol/layer/Vector'
import type OlMap from 'ol/Map'
import type MapBrowserEvent from 'ol/MapBrowserEvent'
import VectorSource from 'ol/source/Vector'
import Stroke from 'ol/style/Stroke'
import Style from 'ol/style/Style'
import type { Guest } from '../canvas'
import { shapeAt } from '../layout/finding'
import { idOf, type Sheet } from '../layout/sheet'
import { middle } from '../layout/trace'
import { flip, type Point } from '../shapes'

const REACH = { mouse: 7, touch: 22 } // screen pixels
const ONLY_LINES = { lines: true, masks: false, regions: false }

export class OrderBoard implements Guest {
  private readonly source = new VectorSource({ wrapX: false })
  private readonly layer = new VectorLayer({
    source: this.source,
    style: [
      new Style({ stroke: new Stroke({ color: 'rgb(255 255 255 / 0.7)', width: 4 }) }),
      new Style({ stroke: new Stroke({ color: '#8a4fa3', width: 1.75 }) }),
    ],
  })
  private readonly marks = new VectorSource({ wrapX: false })
  private readonly marked = new VectorLayer({
    source: this.marks,
    style: new Style({ stroke: new Stroke({ color: '#a01b46', width: 3 }) }),
  })
  private sheet: Sheet = { lines: [], regions: [] }
  private readonly interaction = new Interaction({
    handleEvent: (event: MapBrowserEvent) => this.hear(event),
  })

  constructor(private readonly choose: (id: number, adds: boolean) => void) {}

  enter(map: OlMap): void {
    map.addLayer(this.layer)
    map.addLayer(this.marked)
    map.addInteraction(this.interaction)
  }

  leave(map: OlMap): void {
    map.removeInteraction(this.interaction)
    map.removeLayer(this.marked)
    map.removeLayer(this.layer)
  }

  takesArrows(): boolean {
    return false
  }

  show(sheet: Sheet, chosen: ReadonlySet<number>): void {
    this.sheet = sheet
    const path = sheet.lines.flatMap(({ baseline }): Point[] => {
      const at = middle(baseline)
      return at ? [at] : []
    })
    this.source.clear(true)
    if (path.length > 1) this.source.addFeature(new Feature(new LineString(flip(path))))
    this.marks.clear(true)
    this.marks.addFeatures(
      sheet.lines
        .filter(({ id, baseline }) => chosen.has(id) && baseline.length > 1)
        .map(({ baseline }) => new Feature(new LineString(flip(baseline)))),
    )
  }

  private hear(event: MapBrowserEvent): boolean {
    if (event.type === 'dblclick') return false
    if (event.type !== 'click') return true
    const original = event.originalEvent as PointerEvent
    const [x = 0, y = 0] = event.coordinate
    const scale = event.map.getView().getResolution() ?? 1
    const reach = (original.pointerType === 'touch' ? REACH.touch : REACH.mouse) * scale
    const hit = shapeAt(this.sheet, [x, -y], reach, ONLY_LINES)
    if (hit) this.choose(idOf(hit), original.shiftKey || original.ctrlKey || original.metaKey)
    return false
  }
}
