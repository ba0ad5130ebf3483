/** The work on a page's layout: what is chosen, what a tool is doing, one step per gesture. Knows no Vue. */
import type { Point } from '../shapes'
import { type Spot, spotsMoved } from './edits'
import { type Shown, snapTargets } from './finding'
import {
  byName,
  difference,
  isEmpty,
  type Name,
  type Points,
  type Sheet,
  type Step,
  type TextChange,
} from './sheet'
import { snapped } from './trace'
import type { Tool, Work } from './tools/tool'

/** What a tool draws while it is at work. */
export interface Ghost {
  strokes: readonly Points[]
  area: Points | null
}
const NO_GHOST: Ghost = { strokes: [], area: null }

export interface LineText {
  layer: number
  content: string
}

/** What the desk asks of its surroundings. */
export interface House {
  commit(step: Step): void
  /** Something that is shown has changed. */
  changed(): void
  /** Tell those who do not see it: a word of `layout.said.*`. */
  say(word: string, values?: Record<string, string | number>): void
  newId(): number
  /** The texts of a line in all layers that are known. */
  textsOf(line: number): readonly LineText[]
  /** Image pixels per screen pixel. */
  scale(): number
  /** The middle of what is seen. */
  centre(): Point
  toolEnds(): void
}

export class Desk {
  sheet: Sheet = { lines: [], regions: [] }
  /** Shown in place of the sheet during a gesture. */
  draft: Sheet | null = null
  chosen: ReadonlySet<Name> = new Set()
  spots: readonly Spot[] = []
  ghost: Ghost = NO_GHOST
  /** Where the keyboard draws. */
  pen: Point | null = null
  shown: Shown = { lines: true, masks: false, regions: true }
  /** What new shapes are. */
  types = { line: '', region: '' }
  regionsLocked = false
  /** Regions that stay as they are. */
  locked: ReadonlySet<Name> = new Set()
  /** No snapping while it is held. */
  free = false
  work: Work = {}
  private tool: Tool | null = null

  constructor(readonly house: House) {}

  /** What can be pointed at. */
  get within(): Shown {
    const { shown, locked } = this
    return { ...shown, regions: shown.regions && !this.regionsLocked, locked }
  }

  take(tool: Tool): void {
    this.cancel()
    this.tool = tool
    this.work = tool.begin(this)
    this.pen = null
    this.house.changed()
  }

  get cursor(): string {
    return this.tool?.cursor ?? 'default'
  }

  get toolId(): string {
    return this.tool?.id ?? 'select'
  }

  /** Break off what is half done; whether there was anything. */
  cancel(): boolean {
    const had = this.work.cancel?.() ?? false
    const shows = had || this.draft !== null || this.ghost !== NO_GHOST || this.pen !== null
    this.draft = null
    this.ghost = NO_GHOST
    this.pen = null
    if (shows) this.house.changed()
    return shows
  }

  /** The page as it is now; what is no more is no longer chosen. */
  show(sheet: Sheet): void {
    this.sheet = sheet
    if (this.chosen.size) {
      const there = byName(sheet)
      const left = [...this.chosen].filter((name) => there.has(name))
      if (left.length < this.chosen.size) this.chosen = new Set(left)
    }
    this.spots = this.spots.filter(({ name }) => this.chosen.has(name))
    this.house.changed()
  }

  choose(names: Iterable<Name>, spots: readonly Spot[] = []): void {
    this.chosen = new Set(names)
    this.spots = spots
    this.house.changed()
  }

  toggle(name: Name): void {
    const chosen = new Set(this.chosen)
    if (!chosen.delete(name)) chosen.add(name)
    this.choose(chosen)
  }

  preview(sheet: Sheet | null): void {
    this.draft = sheet
    this.house.changed()
  }

  haunt(ghost: Partial<Ghost> | null): void {
    this.ghost = ghost ? { ...NO_GHOST, ...ghost } : NO_GHOST
    this.house.changed()
  }

  movePen(to: Point | null): void {
    this.pen = to
    this.house.changed()
  }

  /**
   * Make another state the present one, as one step.
   *
   * @param act a word of `layout.done.*`.
   */
  commit(
    act: string,
    sheet: Sheet,
    { choose, texts = [] }: { choose?: Iterable<Name>; texts?: TextChange[] } = {},
  ): void {
    this.draft = null
    this.ghost = NO_GHOST
    const step = difference(act, this.sheet, sheet, texts)
    if (isEmpty(step)) return this.house.changed()
    if (step.changes.some(({ name }) => this.locked.has(name))) {
      this.house.changed()
      return this.house.say('locked')
    }
    this.sheet = sheet
    if (choose) {
      this.chosen = new Set(choose)
      this.spots = []
    }
    this.show(sheet)
    this.house.commit(step)
  }

  /** A place, or what it snaps to. */
  snap(at: Point, reach: number, without: ReadonlySet<Name> = new Set()): Point {
    if (this.free) return at
    const { ends, borders } = snapTargets(this.sheet, without, at, reach)
    return snapped(at, reach, ends, borders)
  }

  /** Chosen points, or all of the chosen shapes, by the keyboard. */
  nudgeSpots(dx: number, dy: number): Sheet {
    return spotsMoved(this.sheet, this.spots, dx, dy)
  }
}
