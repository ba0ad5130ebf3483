/** Texts that wait to be saved: kept in the browser before anything else happens to them. Pure. */
import { merged } from './merge'

/** What of a line's text is on the server, as far as this browser knows. */
export interface Stored {
  version: number
  content: string
  checked: boolean
}

/** What is on the server instead of what we wanted there. */
export interface Rival {
  /** `gone`: the line or the layer is no more. */
  why: 'changed' | 'gone'
  version: number
  content: string | null
  author: string | null
  updated_at: string | null
  /** Its author is writing in it: both changes are put together when that is over, if they fit. */
  joins?: boolean
}

export interface Place {
  page: number
  layer: number
  line: number
}

/** A text as its author left it, not yet known to be on the server. */
export interface Waiting extends Place {
  content: string
  checked: boolean
  /** What it is based on. */
  base: Stored
  /** Where somebody was faster: nothing is sent until the user has chosen. */
  rival: Rival | null
}

/** What there is to choose about a text, now. */
export function rivalOf(waiting: Waiting | undefined): Rival | null {
  return waiting?.rival?.joins ? null : (waiting?.rival ?? null)
}

/** One text of a batch, as it is sent. */
export interface Item {
  line: number
  layer: number
  content: string
  version: number
  checked: boolean
}

/** What was sent, or is about to be, under one idempotency key; repeated as it is until answered. */
export interface Batch {
  key: string
  page: number
  items: Item[]
}

export interface Outcome {
  /** `content` where the server has stored another normal form than it was sent. */
  saved: readonly { line: number; layer: number; version: number; content?: string | null }[]
  refused: readonly ({ line: number; layer: number } & Rival)[]
}

/** Our change and somebody else's of other characters, put together; it goes out in its turn. */
export interface Joined extends Place {
  content: string
  theirs: string
  author: string | null
}

/** A place that outlives the window; `localStorage`, or a map in tests. */
export interface Shelf {
  get(name: string): string | null
  /** Raises where there is no room. */
  set(name: string, value: string): void
  remove(name: string): void
  names(): string[]
}

const MOST = 500 // texts in one batch
const SENT = 'sent'

export class Queue {
  /** What was put together since somebody looked; whoever shows it empties it. */
  readonly joined: Joined[] = []

  constructor(
    private readonly shelf: Shelf,
    private readonly newKey: () => string,
  ) {}

  /**
   * Keep a text, in place of an earlier one for the same line.
   *
   * A text that is back at what the server has is forgotten, unless another one is on its way.
   *
   * @param seen what the text is based on, for a line that had nothing waiting.
   */
  put(place: Place, text: { content: string; checked: boolean }, seen: Stored): void {
    const earlier = this.at(place)
    const base = earlier?.base ?? seen
    if (!earlier?.rival && same(base, text) && !this.onItsWay(place)) {
      this.shelf.remove(nameOf(place))
      return
    }
    this.keep({ ...place, ...text, base, rival: earlier?.rival ?? null })
  }

  at(place: Place): Waiting | null {
    return this.read<Waiting>(nameOf(place))
  }

  /** All that waits, in a steady order. */
  all(): Waiting[] {
    return this.waitingNames()
      .sort()
      .map((name) => this.read<Waiting>(name))
      .filter((one) => one !== null)
  }

  count(): number {
    return this.waitingNames().length
  }

  /** What to send next: the batch that was not answered, else a new one of one page; null if nothing. */
  next(): Batch | null {
    const unanswered = this.read<Batch>(SENT)
    if (unanswered) return unanswered
    // A line that is not on the server yet has an id below 0; its text follows it.
    const ready = this.all().filter((one) => !one.rival && one.line >= 0)
    const page = ready[0]?.page
    if (page === undefined) return null
    const items = ready
      .filter((one) => one.page === page)
      .slice(0, MOST)
      .map(({ line, layer, content, checked, base }) => ({
        line,
        layer,
        content,
        version: base.version,
        checked,
      }))
    const batch = { key: this.newKey(), page, items }
    this.shelf.set(SENT, JSON.stringify(batch))
    return batch
  }

  /**
   * The server has judged the batch, text by text. Returns what is now known to be stored.
   *
   * @param busy where somebody is writing just now: nothing is put together under their hands.
   */
  settle(
    batch: Batch,
    outcome: Outcome,
    busy: (place: Place) => boolean = () => false,
  ): (Place & Stored)[] {
    const known: (Place & Stored)[] = []
    if (this.read<Batch>(SENT)?.key !== batch.key) return known // judged before
    for (const item of batch.items) {
      const place = { page: batch.page, layer: item.layer, line: item.line }
      const isHere = (one: { line: number; layer: number }) =>
        one.line === item.line && one.layer === item.layer
      const saved = outcome.saved.find(isHere)
      const refused = outcome.refused.find(isHere)
      if (saved) {
        const { version, content } = { content: item.content, ...dropNull(saved) }
        known.push({ ...place, version, content, checked: item.checked })
        this.rebase(place, item, { version, content, checked: item.checked })
      } else if (refused) {
        this.meet(place, refused, busy(place))
      }
    }
    this.drop()
    return known
  }

  /** The batch as a whole was refused and has stored nothing: its key must not be used again. */
  drop(): void {
    this.shelf.remove(SENT)
  }

  /** Keep ours over what somebody else wrote: it goes out again, on their version. */
  keepOurs(place: Place, content: string): void {
    const waiting = this.at(place)
    if (!waiting?.rival) return
    const { version, content: theirs } = waiting.rival
    const base = { version, content: theirs ?? '', checked: false }
    if (content === theirs && !waiting.checked) this.shelf.remove(nameOf(place))
    else this.keep({ ...waiting, content, base, rival: null })
  }

  /** Give ours up. */
  forget(place: Place): void {
    this.shelf.remove(nameOf(place))
  }

  /** A line has got its id. */
  rename(page: number, line: number, now: number): void {
    for (const one of this.all()) {
      if (one.page !== page || one.line !== line) continue
      this.shelf.remove(nameOf(one))
      this.keep({ ...one, line: now })
    }
  }

  /** Put together what has waited until its author writes no more; else both are shown. */
  joinAt(place: Place): boolean {
    const waiting = this.at(place)
    if (!waiting?.rival?.joins) return false
    this.meet(place, waiting.rival, false)
    return true
  }

  private meet(
    place: Place,
    { why, version, content, author, updated_at }: Rival,
    busy: boolean,
  ) {
    const waiting = this.at(place)
    if (!waiting) return
    const rival = { why, version, content, author, updated_at }
    this.keep({ ...waiting, rival })
    if (why !== 'changed' || content === null) return
    // Both wrote the same, or it was put back as it had been: there is nothing to choose.
    if (content === waiting.content || content === waiting.base.content)
      this.keepOurs(place, waiting.content)
    else if (!busy) this.join(waiting, { version, content, author })
    else if (merged(waiting.base.content, waiting.content, content) !== null)
      this.keep({ ...waiting, rival: { ...rival, joins: true } })
  }

  /** Where each has changed other characters both changes stay; nobody has read that text yet. */
  private join(
    waiting: Waiting,
    {
      version,
      content: theirs,
      author,
    }: { version: number; content: string; author: string | null },
  ) {
    const content = merged(waiting.base.content, waiting.content, theirs)
    if (content === null) return
    const base = { version, content: theirs, checked: false }
    const { page, layer, line } = waiting
    if (content === theirs) this.shelf.remove(nameOf(waiting))
    else this.keep({ ...waiting, content, checked: false, base, rival: null })
    this.joined.push({ page, layer, line, content, theirs, author })
  }

  private rebase(place: Place, sent: Item, base: Stored) {
    const waiting = this.at(place)
    if (!waiting) return
    if (same(sent, waiting)) this.shelf.remove(nameOf(place))
    else this.keep({ ...waiting, base })
  }

  private onItsWay({ page, layer, line }: Place): boolean {
    const sent = this.read<Batch>(SENT)
    if (sent?.page !== page) return false
    return sent.items.some((item) => item.line === line && item.layer === layer)
  }

  private keep(waiting: Waiting) {
    this.shelf.set(nameOf(waiting), JSON.stringify(waiting))
  }

  private waitingNames(): string[] {
    return this.shelf.names().filter((name) => name.startsWith('text.'))
  }

  private read<T>(name: string): T | null {
    const raw = this.shelf.get(name)
    return raw === null ? null : (JSON.parse(raw) as T)
  }
}

function dropNull({ version, content }: { version: number; content?: string | null }) {
  return content == null ? { version } : { version, content }
}

function nameOf({ page, layer, line }: Place): string {
  return `text.${page}.${layer}.${line}`
}

function same(
  a: { content: string; checked: boolean },
  b: { content: string; checked: boolean },
): boolean {
  return a.content === b.content && a.checked === b.checked
}
