/** The OpenLayers side of a page: image tiles, shapes, and what the pointer does. Knows no Vue. */
import { Versions } from 'ol/format/IIIFInfo'
import { defaults as interactions } from 'ol/interaction/defaults'
import DoubleClickZoom from 'ol/interaction/DoubleClickZoom'
import KeyboardPan from 'ol/interaction/KeyboardPan'
import TileLayer from 'ol/layer/Tile'
import OlMap from 'ol/Map'
import type MapBrowserEvent from 'ol/MapBrowserEvent'
import { Projection } from 'ol/proj'
import IIIF from 'ol/source/IIIF'
import View from 'ol/View'
import type { CutImage } from './image'
import { ShapeLayers, type ShownParts } from './layers'
import { lineAround } from './layout/finding'
import { type Ink, type PlacedText, TextsLayer } from './placed'
import type { DrawnLine, DrawnRegion } from './scene'
import type { Box, Point } from './shapes'

/** How high a line is made on the screen, in pixels, where it would be too small to be read. */
const READABLE = 30
const MOVE_MS = 120

export interface Ears {
  hover(id: number | null): void
  choose(id: number | null): void
  /** Screen pixels per image pixel. */
  zoomed(share: number): void
}

/** What may take the pointer and draw on top (the tools of Layout, the order of lines). */
export interface Guest {
  enter(map: OlMap): void
  leave(map: OlMap): void
  takesArrows(): boolean
}

export class PageCanvas {
  private readonly map: OlMap
  private readonly extent: [number, number, number, number]
  private readonly layers = new ShapeLayers()
  private readonly texts = new TextsLayer(overInk)
  private readonly sizes: ResizeObserver
  private hovered: number | null = null
  private guest: Guest | null = null
  private sized = false
  private shown = false
  private magnified = false
  private wanted: { id: number | null; magnify: boolean } | null = null

  constructor(
    private readonly room: HTMLElement,
    image: CutImage,
    ears: Ears,
  ) {
    this.extent = [0, -image.height, image.width, 0]
    const projection = new Projection({ code: 'page', units: 'pixels', extent: this.extent })
    this.map = new OlMap({
      target: room,
      controls: [],
      interactions: interactions({
        keyboard: false,
        altShiftDragRotate: false,
        pinchRotate: false,
      }).extend([
        new KeyboardPan({ pixelDelta: 96, condition: (event) => this.keysMove(event) }),
      ]),
      layers: [tiles(image, projection), ...this.layers.all(), this.texts],
      view: new View({
        projection,
        extent: this.extent,
        constrainOnlyCenter: true,
        showFullExtent: true,
        center: [image.width / 2, -image.height / 2],
        resolution: 1,
        minResolution: 0.125,
        maxResolution: Math.max(image.width, image.height) / 200,
        enableRotation: false,
      }),
    })
    this.texts.setVisible(false)
    this.fit()
    this.listen(ears)
    this.sized = room.clientWidth > 0 && room.clientHeight > 0
    this.sizes = new ResizeObserver(() => {
      this.map.updateSize()
      if (this.sized) return
      this.sized = true
      this.fit(0)
      if (this.wanted) this.reveal(this.wanted.id, this.wanted.magnify)
    })
    this.sizes.observe(room)
  }

  setShapes(lines: readonly DrawnLine[], regions: readonly DrawnRegion[]): void {
    this.layers.setShapes(lines, regions)
  }

  /** Lines that are drawn as doubtful. */
  setDoubtful(ids: readonly number[]): void {
    this.layers.setDoubtful(ids)
  }

  /** Dim all but one line; null lifts the veil. */
  setVeil(line: DrawnLine | null): void {
    const [left, bottom, right, top] = this.extent
    const corners: Point[] = [
      [left, -top],
      [right, -top],
      [right, -bottom],
      [left, -bottom],
    ]
    this.layers.setVeil(line, corners)
  }

  setShown(shown: ShownParts): void {
    this.layers.setShown(shown)
  }

  /** Texts over the image, each at its line; null for none. */
  setTexts(texts: readonly PlacedText[] | null): void {
    this.texts.setVisible(texts !== null)
    this.texts.setTexts(texts ?? [])
  }

  /** For another map that shows the same part of the page. */
  get view(): View {
    return this.map.getView()
  }

  setHovered(id: number | null): void {
    this.hovered = id
    this.layers.setHovered(id)
  }

  setCurrent(id: number | null): void {
    this.layers.setCurrent(id)
    this.texts.setCurrent(id)
  }

  /** Somebody else takes what the pointer does, and draws on top; null: it chooses lines again. */
  receive(guest: Guest | null): void {
    if (guest === this.guest) return
    this.guest?.leave(this.map)
    this.guest = guest
    this.map.getInteractions().forEach((one) => {
      if (one instanceof DoubleClickZoom) one.setActive(!guest)
    })
    this.room.style.cursor = ''
    guest?.enter(this.map)
  }

  /**
   * Move as little as needed to see a line.
   *
   * @param magnify the first time, come as near as needed to read it; later the user has chosen.
   */
  reveal(id: number | null, magnify: boolean): void {
    if (!this.sized) {
      this.wanted = { id, magnify }
      return
    }
    const box = id === null ? null : this.layers.boxOf(id)
    if (box) this.revealBox(box, magnify)
  }

  /** Move as little as needed to see a box. */
  revealBox([left, upper, right, lower]: Box, magnify = false): void {
    const size = this.map.getSize()
    if (!size) return
    const [bottom, top] = [-lower, -upper]
    const view = this.map.getView()
    view.cancelAnimations() // one that leads elsewhere would go on
    const present = view.getResolution() ?? 1
    const resolution = magnify && !this.magnified ? this.readable(right - left, size) : present
    this.magnified ||= magnify
    const [wide, high] = [(size[0] ?? 1) * resolution, (size[1] ?? 1) * resolution]
    const [x, y] = view.getCenter() ?? [0, 0]
    const margin = high * 0.12
    const seen = {
      x:
        resolution === present &&
        Math.abs((left + right) / 2 - (x ?? 0)) * 2 + right - left <= wide,
      y:
        resolution === present &&
        bottom >= (y ?? 0) - high / 2 + margin &&
        top <= (y ?? 0) + high / 2 - margin,
    }
    if (seen.x && seen.y) return
    const [from, floor, to, ceiling] = this.extent
    const fits = right - left < wide * 0.95
    const wantedX = seen.x ? (x ?? 0) : fits ? (left + right) / 2 : left + wide / 2.1
    const center = [
      within(wantedX, from, to, wide),
      within((bottom + top) / 2, floor, ceiling, high),
    ]
    view.animate({ center, resolution, duration: this.shown ? moving(MOVE_MS) : 0 })
    this.shown = true
  }

  /** The resolution at which a line can be read beside its neighbours; never coarser than the present one. */
  private readable(width: number, [room = 1]: number[]): number {
    const present = this.map.getView().getResolution() ?? 1
    if (!this.layers.height) return present
    return Math.min(present, Math.max(width / (room * 0.9), this.layers.height / READABLE))
  }

  zoomBy(steps: number): void {
    const view = this.map.getView()
    const resolution = (view.getResolution() ?? 1) / 1.6 ** steps
    view.animate({
      resolution: view.getConstrainedResolution(resolution) ?? resolution,
      duration: moving(MOVE_MS),
    })
  }

  fit(duration = 0): void {
    this.map.getView().fit(this.extent, { padding: [16, 16, 16, 16], duration })
  }

  close(): void {
    this.receive(null)
    this.sizes.disconnect()
    this.map.setTarget(undefined)
    this.map.setLayers([])
    this.map.dispose()
  }

  /** Arrow keys move the image, unless they move what is drawn on it. */
  private keysMove({ originalEvent: event }: MapBrowserEvent): boolean {
    const plain = !(event.altKey || event.ctrlKey || event.metaKey || event.shiftKey)
    return plain && !this.guest?.takesArrows()
  }

  private listen(ears: Ears) {
    const room = this.room
    this.map.on('pointermove', (event) => {
      if (event.dragging || this.guest) return
      const id = this.lineAt(event)
      room.style.cursor = id === null ? 'grab' : 'pointer'
      if (id !== this.hovered) ears.hover(id)
    })
    room.addEventListener('pointerleave', () => ears.hover(null))
    this.map.on('click', (event) => {
      if (!this.guest) ears.choose(this.lineAt(event))
    })
    const tell = () => ears.zoomed(1 / (this.map.getView().getResolution() ?? 1))
    this.map.getView().on('change:resolution', tell)
    tell()
  }

  private lineAt(event: MapBrowserEvent): number | null {
    const near = this.map.forEachFeatureAtPixel(event.pixel, (feature) => feature.getId(), {
      hitTolerance: 5,
      layerFilter: (layer) => layer === this.layers.baselines,
    })
    if (typeof near === 'number') return near
    const [x = 0, y = 0] = event.coordinate
    return lineAround(this.layers.present(), [x, -y])?.id ?? null
  }
}

/** Over the image letters stand on a wash of paper: both can be read. */
function overInk(): Ink {
  return {
    text: '#123a5e',
    checked: '#1d5a2f',
    current: '#8a1c3b',
    ground: 'rgb(255 253 247 / 0.82)',
    font: fontOf(document.documentElement),
  }
}

/** The font of transcriptions. */
export function fontOf(place: Element): string {
  return getComputedStyle(place).getPropertyValue('--transcription') || 'serif'
}

/** The image as tiles, as the server cuts it. */
function tiles(image: CutImage, projection: Projection): TileLayer<IIIF> {
  return new TileLayer({
    source: new IIIF({
      url: image.base,
      version: Versions.VERSION3,
      size: [image.width, image.height],
      tileSize: image.side,
      resolutions: [...image.scales], // the library sorts them in place
      zDirection: -1,
      projection,
    }),
  })
}

/** The middle of a view that shows no more of what lies beside the page than it must. */
function within(middle: number, from: number, to: number, seen: number): number {
  if (seen >= to - from) return (from + to) / 2
  return Math.max(from + seen / 2, Math.min(to - seen / 2, middle))
}

function moving(ms: number): number {
  return matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : ms
}
