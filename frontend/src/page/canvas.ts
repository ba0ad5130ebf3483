/** The OpenLayers side of a page: image tiles, shapes, and what the pointer does. Knows no Vue. */
import IIIFInfo from 'ol/format/IIIFInfo'
import { defaults as interactions } from 'ol/interaction/defaults'
import KeyboardPan from 'ol/interaction/KeyboardPan'
import TileLayer from 'ol/layer/Tile'
import VectorLayer from 'ol/layer/Vector'
import OlMap from 'ol/Map'
import type MapBrowserEvent from 'ol/MapBrowserEvent'
import { Projection } from 'ol/proj'
import IIIF from 'ol/source/IIIF'
import VectorSource from 'ol/source/Vector'
import View from 'ol/View'
import type { IiifInfo } from './image'
import {
  baselinesOf,
  type DrawnLine,
  type DrawnRegion,
  type Look,
  look,
  masksOf,
  regionsOf,
  veilOf,
} from './scene'
import { lineHeight } from './shapes'

/** Masks of lines lower than this on the screen are a smear and cost time: they are left out. */
const LEAST_MASK_HEIGHT = 12
/** Below this height baselines would hide what stands on them: they are drawn as hairs. */
const LEAST_LINE_HEIGHT = 18
/** How high a line is made on the screen, in pixels, where it would be too small to be read. */
const READABLE = 30
const MOVE_MS = 120

export interface Ears {
  hover(id: number | null): void
  choose(id: number | null): void
  /** Screen pixels per image pixel. */
  zoomed(share: number): void
}

export class PageCanvas {
  private readonly map: OlMap
  private readonly extent: [number, number, number, number]
  private readonly look: Look = look()
  private readonly sources = {
    veil: new VectorSource({ wrapX: false }),
    regions: new VectorSource({ wrapX: false }),
    masks: new VectorSource({ wrapX: false }),
    baselines: new VectorSource({ wrapX: false }),
  }
  private readonly layers
  private readonly sizes: ResizeObserver
  private doubtful: ReadonlySet<number> = new Set()
  private hovered: number | null = null
  private current: number | null = null
  private masksShown = true
  private veiled = false
  private sized = false
  private shown = false
  private magnified = false
  private wanted: { id: number | null; magnify: boolean } | null = null
  private height = 0

  constructor(
    private readonly room: HTMLElement,
    info: IiifInfo,
    ears: Ears,
  ) {
    this.extent = [0, -info.height, info.width, 0]
    const projection = new Projection({ code: 'page', units: 'pixels', extent: this.extent })
    this.layers = this.makeLayers()
    this.map = new OlMap({
      target: room,
      controls: [],
      interactions: interactions({
        keyboard: false,
        altShiftDragRotate: false,
        pinchRotate: false,
      }).extend([new KeyboardPan({ pixelDelta: 96 })]),
      layers: [
        tiles(info, projection),
        this.layers.veil,
        this.layers.masks,
        this.layers.baselines,
        this.layers.regions,
      ],
      view: new View({
        projection,
        extent: this.extent,
        constrainOnlyCenter: true,
        showFullExtent: true,
        center: [info.width / 2, -info.height / 2],
        resolution: 1,
        minResolution: 0.125,
        maxResolution: Math.max(info.width, info.height) / 200,
        enableRotation: false,
      }),
    })
    this.fit()
    this.listen(ears)
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
    const { sources, layers } = this
    for (const source of Object.values(sources)) source.clear(true)
    sources.masks.addFeatures(masksOf(lines))
    sources.baselines.addFeatures(baselinesOf(lines))
    sources.regions.addFeatures(regionsOf(regions))
    this.height = lineHeight(lines.map((line) => line.mask))
    layers.masks.setMaxResolution(
      this.height ? this.height / LEAST_MASK_HEIGHT : Number.POSITIVE_INFINITY,
    )
  }

  /** Lines that are drawn as doubtful. */
  setDoubtful(ids: readonly number[]): void {
    this.doubtful = new Set(ids)
    this.layers.baselines.changed()
  }

  /** Dim all but one line; null lifts the veil. */
  setVeil(line: DrawnLine | null): void {
    this.veiled = line !== null
    this.sources.veil.clear(true)
    if (line) {
      const [left, bottom, right, top] = this.extent
      const corners: [number, number][] = [
        [left, -top],
        [right, -top],
        [right, -bottom],
        [left, -bottom],
      ]
      this.sources.veil.addFeature(veilOf(line, corners))
    }
    this.layers.veil.changed()
  }

  setShown(shown: { lines: boolean; masks: boolean; regions: boolean }): void {
    this.layers.baselines.setVisible(shown.lines)
    this.layers.regions.setVisible(shown.regions)
    this.masksShown = shown.masks
    this.layers.masks.changed()
  }

  setHovered(id: number | null): void {
    this.restyle(this.hovered, id)
    this.hovered = id
  }

  setCurrent(id: number | null): void {
    this.restyle(this.current, id)
    this.current = id
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
    const shape = id === null ? null : this.shapeOf(id)
    const size = this.map.getSize()
    if (!shape || !size) return
    const view = this.map.getView()
    view.cancelAnimations() // one that leads elsewhere would go on
    const [left = 0, bottom = 0, right = 0, top = 0] = shape.getExtent()
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
    const [from, low, to, upper] = this.extent
    const fits = right - left < wide * 0.95
    const wantedX = seen.x ? (x ?? 0) : fits ? (left + right) / 2 : left + wide / 2.1
    const center = [
      within(wantedX, from, to, wide),
      within((bottom + top) / 2, low, upper, high),
    ]
    view.animate({ center, resolution, duration: this.shown ? moving(MOVE_MS) : 0 })
    this.shown = true
  }

  /** The resolution at which a line can be read beside its neighbours; never coarser than the present one. */
  private readable(width: number, [room = 1]: number[]): number {
    const present = this.map.getView().getResolution() ?? 1
    if (!this.height) return present
    return Math.min(present, Math.max(width / (room * 0.9), this.height / READABLE))
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
    this.sizes.disconnect()
    this.map.setTarget(undefined)
    this.map.dispose()
  }

  private makeLayers() {
    const { sources } = this
    return {
      veil: new VectorLayer({ source: sources.veil, style: this.look.veil }),
      regions: new VectorLayer({
        source: sources.regions,
        style: (feature) => this.look.region(feature.get('label'), feature.get('colour')),
      }),
      masks: new VectorLayer({
        source: sources.masks,
        style: (feature) => {
          if (feature.getId() === this.current) return this.look.currentMask
          if (feature.getId() === this.hovered) return this.look.hoveredMask
          return this.masksShown ? this.look.mask : undefined
        },
      }),
      baselines: new VectorLayer({
        source: sources.baselines,
        style: (feature, resolution) => {
          if (feature.getId() === this.current) return this.look.current
          if (feature.getId() === this.hovered) return this.look.hovered
          if (this.doubtful.has(Number(feature.getId()))) return this.look.doubtful
          const small =
            this.veiled || (this.height > 0 && this.height / resolution < LEAST_LINE_HEIGHT)
          return small ? this.look.thin : this.look.line
        },
      }),
    }
  }

  private listen(ears: Ears) {
    const room = this.room
    this.map.on('pointermove', (event) => {
      if (event.dragging) return
      const id = this.lineAt(event)
      room.style.cursor = id === null ? 'grab' : 'pointer'
      if (id !== this.hovered) ears.hover(id)
    })
    room.addEventListener('pointerleave', () => ears.hover(null))
    this.map.on('click', (event) => ears.choose(this.lineAt(event)))
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
    // Masks count even where they are not drawn: people point at letters, not at baselines.
    const inside = this.sources.masks
      .getFeaturesAtCoordinate(event.coordinate)
      .map((feature) => feature.getId())
      .find((id) => typeof id === 'number')
    return typeof inside === 'number' ? inside : null
  }

  private shapeOf(id: number) {
    const { baselines, masks } = this.sources
    return (baselines.getFeatureById(id) ?? masks.getFeatureById(id))?.getGeometry() ?? null
  }

  private restyle(...ids: (number | null)[]) {
    for (const id of ids) {
      if (id === null) continue
      this.sources.baselines.getFeatureById(id)?.changed()
      this.sources.masks.getFeatureById(id)?.changed()
    }
  }
}

/** The image as tiles, as the server says that they are cut. */
function tiles(info: IiifInfo, projection: Projection): TileLayer<IIIF> {
  // The library's own types know more about info.json than we need to.
  const options = new IIIFInfo(
    info as ConstructorParameters<typeof IIIFInfo>[0],
  ).getTileSourceOptions()
  return new TileLayer({
    source: new IIIF({
      ...options,
      size: [info.width, info.height],
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
