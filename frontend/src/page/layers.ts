/** Regions, masks and baselines of a page as layers of OpenLayers; changes only what has changed. */
import type Feature from 'ol/Feature'
import type { Geometry } from 'ol/geom'
import VectorLayer from 'ol/layer/Vector'
import VectorSource from 'ol/source/Vector'
import {
  baselineOf,
  type DrawnLine,
  type DrawnRegion,
  look,
  maskOf,
  regionFeature,
  veilOf,
} from './scene'
import { boxOf, lineHeight, type Point } from './shapes'

/** Masks of lines lower than this on the screen are a smear and cost time: they are left out. */
const LEAST_MASK_HEIGHT = 12
/** Below this height baselines would hide what stands on them: they are drawn as hairs. */
const LEAST_LINE_HEIGHT = 18

export interface ShownParts {
  lines: boolean
  masks: boolean
  regions: boolean
  /** Numbers of the lines in reading order. */
  numbers?: boolean
  /** Arrows at their ends. */
  directions?: boolean
  /** Names of the regions' types. */
  labels?: boolean
}

export class ShapeLayers {
  readonly sources = {
    veil: new VectorSource({ wrapX: false }),
    regions: new VectorSource({ wrapX: false }),
    masks: new VectorSource({ wrapX: false }),
    baselines: new VectorSource({ wrapX: false }),
  }
  /** The usual height of a line, in image pixels; 0 without lines. */
  height = 0
  private readonly look = look()
  private readonly layers = this.make()
  readonly baselines = this.layers.baselines
  private lines = new Map<number, DrawnLine>()
  private regions = new Map<number, DrawnRegion>()
  private order = new Map<number, number>()
  private doubtful: ReadonlySet<number> = new Set()
  private hovered: number | null = null
  private current: number | null = null
  private shown: ShownParts = { lines: true, masks: false, regions: true }
  private veiled = false

  /** From below to above. */
  all() {
    const { veil, masks, baselines, regions } = this.layers
    return [veil, masks, baselines, regions]
  }

  setShapes(lines: readonly DrawnLine[], regions: readonly DrawnRegion[]): void {
    const { sources } = this
    const now = new Map(lines.map((line) => [line.id, line]))
    renew(sources.baselines, this.lines, now, baselineOf)
    if (sources.masks.getFeatures().length)
      renew(sources.masks, this.lines, now, this.maskWanted)
    this.lines = now
    const areas = new Map(regions.map((region) => [region.id, region]))
    renew(sources.regions, this.regions, areas, regionFeature)
    this.regions = areas
    this.order = new Map(lines.map(({ id }, at) => [id, at + 1]))
    if (this.shown.numbers) this.layers.baselines.changed()
    const height = lineHeight(lines.map((line) => line.mask))
    if (height !== this.height) {
      this.height = height
      this.layers.baselines.changed()
    }
    this.layers.masks.setMaxResolution(
      this.height ? this.height / LEAST_MASK_HEIGHT : Number.POSITIVE_INFINITY,
    )
    this.fillMasks()
  }

  setDoubtful(ids: readonly number[]): void {
    this.doubtful = new Set(ids)
    this.layers.baselines.changed()
  }

  /** Dim all but one line, within these corners; null lifts the veil. */
  setVeil(line: DrawnLine | null, corners: readonly Point[]): void {
    this.veiled = line !== null
    this.sources.veil.clear(true)
    if (line) this.sources.veil.addFeature(veilOf(line, corners))
    this.layers.veil.changed()
  }

  setShown(shown: ShownParts): void {
    const { baselines, regions } = this.layers
    baselines.setVisible(shown.lines)
    regions.setVisible(shown.regions)
    const same = (Object.keys(shown) as (keyof ShownParts)[]).every(
      (part) => shown[part] === this.shown[part],
    )
    this.shown = { ...shown }
    if (same) return
    baselines.changed()
    regions.changed()
    this.fillMasks()
  }

  setHovered(id: number | null): void {
    const before = this.hovered
    this.hovered = id
    this.restyle(before, id)
  }

  setCurrent(id: number | null): void {
    const before = this.current
    this.current = id
    this.restyle(before, id)
  }

  /** The box of a line: left, top, right, bottom. */
  boxOf(id: number) {
    const line = this.lines.get(id)
    return line ? (boxOf(line.baseline) ?? boxOf(line.mask)) : null
  }

  /** All lines, for finding one by its place. */
  present(): Iterable<DrawnLine> {
    return this.lines.values()
  }

  /** Masks are made when they are to be seen: all of them, or those of the lines that are marked. */
  private fillMasks(): void {
    const { masks } = this.sources
    for (const feature of masks.getFeatures())
      if (!this.maskWanted(this.lines.get(Number(feature.getId()))))
        masks.removeFeature(feature)
    const wanted = this.shown.masks
      ? [...this.lines.values()]
      : [this.current, this.hovered].flatMap((id) => this.lines.get(id ?? 0) ?? [])
    const missing = wanted.filter(({ id }) => !masks.getFeatureById(id))
    masks.addFeatures(missing.flatMap((line) => this.maskWanted(line) ?? []))
  }

  private readonly maskWanted = (line: DrawnLine | undefined): Feature | null => {
    if (!line) return null
    const wanted = this.shown.masks || line.id === this.current || line.id === this.hovered
    return wanted ? maskOf(line) : null
  }

  private make() {
    const { sources, look } = this
    return {
      veil: new VectorLayer({ source: sources.veil, style: look.veil }),
      regions: new VectorLayer({
        source: sources.regions,
        style: (feature) =>
          look.region(
            this.shown.labels === false ? '' : feature.get('label'),
            feature.get('colour'),
          ),
      }),
      masks: new VectorLayer({
        source: sources.masks,
        style: (feature) => {
          if (feature.getId() === this.current) return look.currentMask
          if (feature.getId() === this.hovered) return look.hoveredMask
          return this.shown.masks ? look.mask : undefined
        },
      }),
      baselines: new VectorLayer({
        source: sources.baselines,
        style: (feature, resolution) => this.styleOf(Number(feature.getId()), resolution),
      }),
    }
  }

  private styleOf(id: number, resolution: number) {
    const { look } = this
    const small =
      this.veiled || (this.height > 0 && this.height / resolution < LEAST_LINE_HEIGHT)
    const style =
      id === this.current
        ? look.current
        : id === this.hovered
          ? look.hovered
          : this.doubtful.has(id)
            ? look.doubtful
            : look.line(this.lines.get(id)?.colour ?? '', small)
    const { numbers, directions } = this.shown
    const tiny = this.height > 0 && this.height / resolution < LEAST_MASK_HEIGHT
    if (tiny || !(numbers || directions)) return style
    return [
      ...style,
      ...(directions ? [look.arrow] : []),
      ...(numbers ? [look.number(this.order.get(id) ?? 0)] : []),
    ]
  }

  private restyle(...ids: (number | null)[]) {
    this.fillMasks()
    for (const id of ids) {
      if (id === null) continue
      this.sources.baselines.getFeatureById(id)?.changed()
      this.sources.masks.getFeatureById(id)?.changed()
    }
  }
}

/** Make, change and remove features where the shapes are not the same objects as before. */
function renew<S>(
  source: VectorSource,
  before: ReadonlyMap<number, S>,
  now: ReadonlyMap<number, S>,
  make: (shape: S) => Feature<Geometry> | null,
): void {
  for (const id of before.keys()) {
    if (now.has(id)) continue
    const feature = source.getFeatureById(id)
    if (feature) source.removeFeature(feature as Feature)
  }
  const fresh: Feature[] = []
  for (const [id, shape] of now) {
    if (before.get(id) === shape) continue
    const made = make(shape)
    const there = source.getFeatureById(id) as Feature | null
    if (there && made) {
      there.setProperties(made.getProperties())
    } else if (there) source.removeFeature(there)
    else if (made) fresh.push(made)
  }
  source.addFeatures(fresh)
}
