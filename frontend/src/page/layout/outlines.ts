/** Masks that follow their baselines: which lines need a new one, and asking the server to draw it. */
import { api, ask } from '../../api/client'
import { idOf, kindOf, lineOf, type Name, type Sheet, type Step } from './sheet'

const IDLE = 1500 // ms after the last change of a baseline

/** Lines of a step whose masks no longer fit to their baselines. */
export function unmasked({ act, changes }: Pick<Step, 'act' | 'changes'>): Name[] {
  return changes.flatMap(({ name, after }) => {
    if (kindOf(name) !== 'line' || !after?.baseline) return []
    // What is moved as a whole, copied or brought back has its mask with it.
    return (after.mask?.length ?? 0) > 2 && act !== 'join' ? [] : [name]
  })
}

/**
 * The step as it is kept: undone, it brings back the masks that its lines had.
 *
 * @param sheet the page before the step.
 */
export function withMasks(step: Step, sheet: Sheet): Step {
  const changes = step.changes.map((change) => {
    const mask = lineOf(sheet, change.name)?.mask
    return mask && change.before?.baseline
      ? { ...change, before: { mask, ...change.before } }
      : change
  })
  return { ...step, changes }
}

export class Outlines {
  private waiting = new Set<Name>()
  private timer: ReturnType<typeof setTimeout> | undefined

  /**
   * @param page its id.
   * @param stored when all that was drawn is on the server; false where it cannot be.
   * @param isThere whether a line is still on the page.
   */
  constructor(
    private readonly page: number,
    private readonly stored: () => Promise<boolean>,
    private readonly isThere: (name: Name) => boolean,
  ) {}

  /**
   * What a step leaves to be drawn, when the hand has rested for a moment. A mask that it brings
   * is not drawn over.
   */
  note({ changes }: Step, names: readonly Name[]): void {
    for (const { name, after } of changes) if (after?.mask) this.waiting.delete(name)
    if (!names.length) return
    for (const name of names) this.waiting.add(name)
    clearTimeout(this.timer)
    // Where it fails the lines wait for the next change, or for M.
    this.timer = setTimeout(() => void this.askWaiting().catch(() => {}), IDLE)
  }

  rename(names: ReadonlyMap<Name, Name>): void {
    this.waiting = new Set([...this.waiting].map((name) => names.get(name) ?? name))
  }

  close(): void {
    clearTimeout(this.timer)
  }

  /** Of all lines that wait for one. */
  askWaiting(): Promise<number> {
    return this.ask(() => this.waiting)
  }

  /** Have masks drawn of lines; returns of how many. Raises a Fault. */
  async ask(names: () => Iterable<Name>): Promise<number> {
    clearTimeout(this.timer)
    if (!(await this.stored())) return 0
    const wanted = [...names()].filter((name) => this.isThere(name) && idOf(name) > 0)
    if (!wanted.length) return 0
    await ask(
      api.POST('/api/pages/{page_id}/masks', {
        params: { path: { page_id: this.page } },
        body: { line_ids: wanted.map(idOf), topline: false },
      }),
    )
    for (const name of wanted) this.waiting.delete(name)
    return wanted.length
  }
}
