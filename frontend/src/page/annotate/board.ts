/** The annotations of the image, each in its colour, below the desk on which they are drawn and changed. */
import VectorLayer from 'ol/layer/Vector'
import type OlMap from 'ol/Map'
import VectorSource from 'ol/source/Vector'
import type { Guest } from '../canvas'
import { Board } from '../layout/board'
import type { Desk } from '../layout/desk'
import { type DrawnRegion, look, regionFeature } from '../scene'
import type { Point } from '../shapes'

export class NotesBoard implements Guest {
  private readonly top: Board
  private readonly source = new VectorSource({ wrapX: false })
  private readonly layer: VectorLayer

  constructor(desk: Desk) {
    const styles = look()
    this.top = new Board(desk)
    this.layer = new VectorLayer({
      source: this.source,
      style: (feature) => styles.region(feature.get('label'), feature.get('colour')),
    })
  }

  enter(map: OlMap): void {
    map.addLayer(this.layer)
    this.top.enter(map)
  }

  leave(map: OlMap): void {
    this.top.leave(map)
    map.removeLayer(this.layer)
  }

  takesArrows(): boolean {
    return this.top.takesArrows()
  }

  show(shapes: readonly DrawnRegion[]): void {
    this.source.clear(true)
    this.source.addFeatures(shapes.flatMap((shape) => regionFeature(shape) ?? []))
  }

  draw(): void {
    this.top.draw()
  }

  scale(): number {
    return this.top.scale()
  }

  centre(): Point {
    return this.top.centre()
  }
}
