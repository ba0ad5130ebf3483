/** Masks that follow their baselines: which lines need a new one, and asking the server to draw it. */
import { api, ask } from '../../api/client'
import {
  alike,
  type Change,
  idOf,
  kindOf,
  type Line,
  lineOf,
  type Name,
  nameOf,
  type Sheet,
  type Step,
} from './sheet'

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

/**
 * The step that masks make which were asked for and have come; null where none has.
 *
 * @param asked the lines as they were when their masks were asked for; those that are settled are
 *   taken out. Where a baseline has changed since, its mask belongs to that step.
 */
export function drawnAnew(asked: Map<Name, Line>, { lines }: Sheet): Step | null {
  if (!asked.size) return null
  const there = new Map(lines.map((line) => [nameOf('line', line.id), line]))
  const changes: Change[] = []
  for (const [name, was] of asked) {
    const line = there.get(name)
    const fits = line !== undefined && alike(line.baseline, was.baseline)
    if (fits && alike(line.mask, was.mask)) continue
    asked.delete(name)
    if (fits) changes.push({ name, before: { mask: was.mask }, after: { mask: line.mask } })
  }
  return changes.length ? { act: 'masks', changes, order: null, texts: [] } : null
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
  askWaiting(asks?: (names: readonly Name[]) => void): Promise<number> {
    return this.ask(() => this.waiting, asks)
  }

  /**
   * Have masks drawn of lines; returns of how many. Raises a Fault.
   *
   * @param asks hears of which lines, right before they are asked for.
   */
  async ask(
    names: () => Iterable<Name>,
    asks?: (names: readonly Name[]) => void,
  ): Promise<number> {
    clearTimeout(this.timer)
    if (!(await this.stored())) return 0
    const wanted = [...names()].filter((name) => this.isThere(name) && idOf(name) > 0)
    if (!wanted.length) return 0
    asks?.(wanted)
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
