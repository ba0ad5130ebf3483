/** Flags on lines that wait to be sent: of each line what was wanted last. Pure. */
import type { Shelf } from './queue'

export interface Flag {
  page: number
  line: number
  flagged: boolean
}

/** A flag that is set twice is set: what was sent can be sent again as it stands. */
export class Flags {
  constructor(private readonly shelf: Shelf) {}

  put({ page, line, flagged }: Flag): void {
    this.shelf.set(nameOf(page, line), `${flagged}`)
  }

  all(): Flag[] {
    return this.names()
      .sort()
      .map((name) => {
        const [, page, line] = name.split('.').map(Number)
        return { page: page ?? 0, line: line ?? 0, flagged: this.shelf.get(name) === 'true' }
      })
  }

  count(): number {
    return this.names().length
  }

  /** What to send next; a line that is not on the server yet has an id below 0, and its flag follows it. */
  next(): Flag | null {
    return this.all().find(({ line }) => line >= 0) ?? null
  }

  /** The server has judged it; what was wanted since still waits. */
  settle({ page, line, flagged }: Flag): void {
    const name = nameOf(page, line)
    if (this.shelf.get(name) === `${flagged}`) this.shelf.remove(name)
  }

  /** A line has got its id. */
  rename(page: number, line: number, now: number): void {
    const flagged = this.shelf.get(nameOf(page, line))
    if (flagged === null) return
    this.shelf.remove(nameOf(page, line))
    this.shelf.set(nameOf(page, now), flagged)
  }

  private names(): string[] {
    return this.shelf.names().filter((name) => name.startsWith('flag.'))
  }
}

function nameOf(page: number, line: number): string {
  return `flag.${page}.${line}`
}
