/** What was done to a page and can be undone, and what was undone; outlives the window. Pure. */
import type { Shelf } from '../queue'
import { type Name, renamed, type Step } from './sheet'

const MOST = 200 // steps
const LARGEST = 400_000 // characters of the whole past, as it is kept

export class Past {
  private done: Step[] = []
  private undone: Step[] = []

  /**
   * @param page its id.
   * @param image the name of its image: on another one, turned or cut, the same shapes lie
   *   elsewhere, so each image has a past of its own.
   */
  constructor(
    private readonly shelf: Shelf,
    private readonly page: number,
    private readonly image: string,
  ) {
    const raw = shelf.get(this.place)
    if (raw) ({ done: this.done, undone: this.undone } = JSON.parse(raw))
  }

  /** The step that would be undone next. */
  get last(): Step | undefined {
    return this.done.at(-1)
  }
  /** The step that would be done again next. */
  get next(): Step | undefined {
    return this.undone.at(-1)
  }

  push(step: Step): void {
    this.done = [...this.done, step].slice(-MOST)
    this.undone = []
    this.keep()
  }

  /** The last step is undone. */
  undo(): void {
    const step = this.done.pop()
    if (step) this.undone.push(step)
    this.keep()
  }

  redo(): void {
    const step = this.undone.pop()
    if (step) this.done.push(step)
    this.keep()
  }

  rename(names: ReadonlyMap<Name, Name>): void {
    if (!names.size) return
    this.done = this.done.map((step) => renamed(step, names))
    this.undone = this.undone.map((step) => renamed(step, names))
    this.keep()
  }

  /** Steps that no longer fit to the page: nothing before them can be undone either. */
  forget(): void {
    this.done = []
    this.undone = []
    this.keep()
  }

  private get place(): string {
    return `past.${this.page}.${this.image.slice(0, 12)}`
  }

  private keep(): void {
    if (!this.done.length && !this.undone.length) {
      this.shelf.remove(this.place)
      return
    }
    const kept = { done: this.done, undone: this.undone }
    let text = JSON.stringify(kept)
    while (text.length > LARGEST && kept.done.length) {
      kept.done = kept.done.slice(Math.ceil(kept.done.length / 4))
      text = JSON.stringify(kept)
    }
    try {
      this.shelf.set(this.place, text)
    } catch {
      this.shelf.remove(this.place) // no room: in this window it is still there
    }
  }
}
