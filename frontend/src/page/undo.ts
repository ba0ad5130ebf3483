/** What can be taken back: key by key inside of a line, line by line across the page. Pure. */
import type { Shelf } from './queue'

export interface Side {
  content: string
  checked: boolean
}

/** What a visit to a line, or another act, has changed in it. */
export interface Step {
  line: number
  before: Side
  after: Side
}

const MOST = 300 // steps of a page
const PAGES = 20 // whose steps are kept

interface Kept {
  done: Step[][]
  undone: Step[][]
  at: number
}

/** The acts of one page and layer, each of one or more lines; outlives the window. */
export class Steps {
  private kept: Kept

  constructor(
    private readonly shelf: Shelf,
    private readonly name: string,
  ) {
    this.kept = this.read()
  }

  /** Something was done: what was undone before cannot be done again. */
  record(act: readonly Step[]): void {
    const real = act.filter(({ before, after }) => !same(before, after))
    if (!real.length) return
    this.kept.done = [...this.kept.done.slice(1 - MOST), real]
    this.kept.undone = []
    this.keep()
  }

  /** The last act, which is to be taken back now; null if there is none. */
  undo(): readonly Step[] | null {
    const act = this.kept.done.pop()
    if (!act) return null
    this.kept.undone.push(act)
    this.keep()
    return act
  }

  redo(): readonly Step[] | null {
    const act = this.kept.undone.pop()
    if (!act) return null
    this.kept.done.push(act)
    this.keep()
    return act
  }

  get canUndo(): boolean {
    return this.kept.done.length > 0
  }

  get canRedo(): boolean {
    return this.kept.undone.length > 0
  }

  private read(): Kept {
    try {
      const kept = JSON.parse(this.shelf.get(this.name) ?? '') as Partial<Kept>
      if (Array.isArray(kept.done) && Array.isArray(kept.undone))
        return { done: kept.done, undone: kept.undone, at: 0 }
    } catch {
      // Nothing is kept, or nothing that we know.
    }
    return { done: [], undone: [], at: 0 }
  }

  private keep() {
    this.kept.at = Date.now()
    try {
      this.shelf.set(this.name, JSON.stringify(this.kept))
      this.prune()
    } catch {
      // No room: texts that wait to be saved need it more. The steps live as long as the window.
    }
  }

  /** Steps of pages that were left long ago make room. */
  private prune() {
    const names = this.shelf.names().filter((name) => name !== this.name)
    if (names.length < PAGES) return
    const ages = names.map((name) => {
      const at = Number(/"at":(\d+)\}$/.exec(this.shelf.get(name) ?? '')?.[1] ?? 0)
      return { name, at }
    })
    ages.sort((a, b) => b.at - a.at)
    for (const { name } of ages.slice(PAGES - 1)) this.shelf.remove(name)
  }
}

export interface Moment {
  text: string
  caret: number
}

const PAUSE = 700 // ms after which a key begins a new moment

/** Undo inside of one visit to a line: letters in a row go together, words and pauses part them. */
export class Typing {
  private past: Moment[] = []
  private future: Moment[] = []
  private last = { at: 0, kind: '' }

  constructor(private now: Moment) {}

  /**
   * The text has changed.
   *
   * @param kind what was done: letters typed one after the other are one moment.
   */
  note(now: Moment, kind: string, at: number): void {
    if (now.text === this.now.text) {
      this.now = now
      return
    }
    const typed = kind === 'insertText' || kind.startsWith('deleteContent')
    const goesOn =
      typed &&
      kind === this.last.kind &&
      at - this.last.at < PAUSE &&
      !/\s$/.test(this.now.text.slice(0, this.now.caret)) &&
      this.past.length > 0
    if (!goesOn) this.past.push(this.now)
    this.now = now
    this.future = []
    this.last = { at, kind }
  }

  undo(): Moment | null {
    return this.go(this.past, this.future)
  }

  redo(): Moment | null {
    return this.go(this.future, this.past)
  }

  private go(from: Moment[], to: Moment[]): Moment | null {
    const moment = from.pop()
    if (!moment) return null
    to.push(this.now)
    this.now = moment
    this.last = { at: 0, kind: '' }
    return moment
  }
}

export function same(a: Side, b: Side): boolean {
  return a.content === b.content && a.checked === b.checked
}
