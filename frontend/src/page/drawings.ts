/**
 * Regions and lines that wait to be saved: kept in the browser before they are sent. Pure.
 *
 * What waits is, shape by shape, the last state that its author wants; a batch of one page is
 * stored by the server whole or not at all.
 */
import {
  alike,
  type Change,
  idOf,
  kindOf,
  type Name,
  nameOf,
  renamedValues,
  type Step,
  type Values,
} from './layout/sheet'
import type { Shelf } from './queue'

/** `back`: was removed, and is wanted again. */
type Fate = 'new' | 'changed' | 'gone' | 'back'

/** What is on the server instead of what a change was based on. */
export interface DrawnRival {
  why: 'changed' | 'gone'
  version: number
  values: Values
}
export interface Wanted {
  name: Name
  fate: Fate
  values: Values
  /** What its author saw in place of these values. */
  seen: Values
  /** The version that was seen; null where it follows on a batch that is on its way. */
  base: number | null
  rival: DrawnRival | null
}
export interface Pending {
  wanted: Wanted[]
  /** All lines in their new reading order. */
  order: number[] | null
}
export interface DrawnBatch extends Pending {
  key: string
  page: number
}
/** How the server names what it has stored: made, changed and brought back, in that order. */
export interface Drawn {
  version: number
  regions: readonly { id: number; version: number }[]
  lines: readonly { id: number; version: number }[]
}
export interface Refused {
  kind: string
  id: number
  why: string
  version?: number
  baseline?: Values['baseline']
  mask?: Values['mask']
  polygon?: Values['polygon']
  region?: number | null
  parent?: number | null
  type?: string
  direction?: string
}
/** What is known after an answer. */
export interface Settled {
  page: number
  version: number
  /** New names of what was new. */
  names: ReadonlyMap<Name, Name>
  versions: ReadonlyMap<Name, number>
}

const SENT = 'drawn'
const NONE: Pending = { wanted: [], order: null }

export class Drawings {
  constructor(
    private readonly shelf: Shelf,
    private readonly newKey: () => string,
  ) {}

  /**
   * Keep what a step wants.
   *
   * @param seen the version of a shape as the user sees it.
   */
  put(page: number, step: Step, seen: (name: Name) => number | undefined): void {
    const pending = this.at(page)
    const waits = new Map(pending.wanted.map((one) => [one.name, one]))
    const onItsWay = new Set(this.sent(page)?.wanted.map((one) => one.name))
    for (const change of step.changes) {
      const base = onItsWay.has(change.name) ? null : (seen(change.name) ?? null)
      const both = compose(waits.get(change.name), wantedOf(change, base))
      waits.delete(change.name)
      if (both) waits.set(change.name, both)
    }
    this.keep(page, { wanted: [...waits.values()], order: step.order?.after ?? pending.order })
  }

  at(page: number): Pending {
    return this.read<Pending>(`draw.${page}`) ?? NONE
  }

  /** What was sent for the page and is not answered. */
  sent(page: number): DrawnBatch | null {
    const sent = this.read<DrawnBatch>(SENT)
    return sent?.page === page ? sent : null
  }

  /** How many shapes wait. */
  count(): number {
    const sent = this.read<DrawnBatch>(SENT)
    return [...this.pages().map((page) => this.at(page)), ...(sent ? [sent] : [])]
      .map(({ wanted, order }) => wanted.length || (order ? 1 : 0))
      .reduce((sum, one) => sum + one, 0)
  }

  /** What to send next; a page on which something must be chosen first is left out. */
  next(): DrawnBatch | null {
    const unanswered = this.read<DrawnBatch>(SENT)
    if (unanswered) return unanswered
    for (const page of this.pages()) {
      const { wanted, order } = this.at(page)
      if (wanted.some((one) => one.rival)) continue
      const batch = { key: this.newKey(), page, wanted, order }
      this.shelf.set(SENT, JSON.stringify(batch))
      // What was brought back cannot be changed in the same call: its values follow.
      const after = wanted
        .filter((one) => one.fate === 'back')
        .map((one): Wanted => ({ ...one, fate: 'changed', base: null }))
      this.keep(page, { wanted: after, order: null })
      return batch
    }
    return null
  }

  /** All is stored: names and versions of it, also for what was wanted meanwhile. */
  settle(batch: DrawnBatch, drawn: Drawn): Settled | null {
    if (this.read<DrawnBatch>(SENT)?.key !== batch.key) return null // judged before
    const names = new Map<Name, Name>()
    const versions = new Map<Name, number>()
    for (const kind of ['region', 'line'] as const) {
      const stored = kind === 'region' ? drawn.regions : drawn.lines
      for (const [at, one] of listed(batch.wanted, kind).entries()) {
        const now = stored[at]
        if (!now) continue
        const name = nameOf(kind, now.id)
        if (name !== one.name) names.set(one.name, name)
        versions.set(name, now.version)
      }
    }
    const { page } = batch
    const after = this.at(page)
    const wanted = after.wanted.map((one) => {
      const name = names.get(one.name) ?? one.name
      const base = one.base ?? versions.get(name) ?? null
      return { ...one, name, base, values: renamedValues(one.values, names) }
    })
    const order = after.order?.map((id) =>
      idOf(names.get(nameOf('line', id)) ?? nameOf('line', id)),
    )
    this.keep(page, { wanted, order: order ?? null })
    this.drop()
    return { page, version: drawn.version, names, versions }
  }

  /** Nothing of the batch was stored, because others were faster with some of it. */
  meet(batch: DrawnBatch, refused: readonly Refused[]): void {
    this.takeBack(batch)
    const pending = this.at(batch.page)
    const wanted = pending.wanted.map((one) => {
      const rival = refused.find(
        (other) => other.kind === kindOf(one.name) && other.id === idOf(one.name),
      )
      if (!rival) return one
      const met = rivalOf(rival)
      // Only its mask was drawn anew, by the machine: ours stands on it.
      return isMaskOnly(one, met) ? { ...one, base: met.version } : { ...one, rival: met }
    })
    this.keep(batch.page, { ...pending, wanted })
  }

  /** Nothing of the batch was stored; it waits again, under what was wanted since. */
  takeBack(batch: DrawnBatch): void {
    if (this.read<DrawnBatch>(SENT)?.key !== batch.key) return
    const pending = this.at(batch.page)
    const waits = new Map(batch.wanted.map((one) => [one.name, one]))
    for (const one of pending.wanted) {
      const earlier = waits.get(one.name)
      if (earlier?.fate === 'back') continue // its values wait in itself
      waits.delete(one.name)
      const both = compose(earlier, one)
      if (both) waits.set(one.name, both)
    }
    this.drop()
    this.keep(batch.page, {
      wanted: [...waits.values()],
      order: pending.order ?? batch.order,
    })
  }

  /** Ours is to stand, over what somebody else has made of it. */
  keepOurs(page: number, name: Name): void {
    const pending = this.at(page)
    const wanted = pending.wanted.flatMap((one): Wanted[] => {
      if (one.name !== name || !one.rival) return [one]
      const { why, version } = one.rival
      if (why === 'changed') return [{ ...one, base: version, rival: null }]
      // Removed by both: nothing is left to do.
      return one.fate === 'gone' ? [] : [{ ...one, fate: 'back', base: null, rival: null }]
    })
    this.keep(page, { ...pending, wanted })
  }

  /** Give up what was wanted of a shape. */
  forget(page: number, name: Name): void {
    const pending = this.at(page)
    this.keep(page, {
      ...pending,
      wanted: pending.wanted.filter((one) => one.name !== name),
    })
  }

  /** Give up all that waits of a page. */
  forgetAll(page: number): void {
    if (this.sent(page)) this.drop()
    this.shelf.remove(`draw.${page}`)
  }

  /** Of a waiting order leave out lines that are not there, nor made or brought back here. */
  prune(page: number, there: ReadonlySet<number>): void {
    const { wanted, order } = this.at(page)
    if (!order) return
    const ours = new Set(wanted.map(({ name }) => idOf(name)))
    const left = order.filter((id) => id < 0 || there.has(id) || ours.has(id))
    if (left.length < order.length) this.keep(page, { wanted, order: left })
  }

  pages(): number[] {
    return this.shelf
      .names()
      .filter((name) => name.startsWith('draw.'))
      .map((name) => Number(name.slice('draw.'.length)))
      .sort((a, b) => a - b)
  }

  private drop() {
    this.shelf.remove(SENT)
  }

  private keep(page: number, pending: Pending) {
    if (!pending.wanted.length && !pending.order) this.shelf.remove(`draw.${page}`)
    else this.shelf.set(`draw.${page}`, JSON.stringify(pending))
  }

  /** What was read last of each name: a page with thousands of changes is not parsed at every look. */
  private readonly known = new Map<string, { raw: string; value: unknown }>()

  private read<T>(name: string): T | null {
    const raw = this.shelf.get(name)
    if (raw === null) return null
    const known = this.known.get(name)
    if (known?.raw === raw) return known.value as T
    const value = JSON.parse(raw) as T
    this.known.set(name, { raw, value })
    return value
  }
}

function wantedOf({ name, before, after }: Change, base: number | null): Wanted {
  const fate =
    after === null ? 'gone' : before !== null ? 'changed' : idOf(name) < 0 ? 'new' : 'back'
  return { name, fate, values: after ?? {}, seen: before ?? {}, base, rival: null }
}

/** What two wishes for a shape come to, the later one after the earlier. */
function compose(earlier: Wanted | undefined, later: Wanted): Wanted | null {
  if (!earlier) return later
  const { rival, base } = earlier
  const values = { ...earlier.values, ...later.values }
  const seen = { ...later.seen, ...earlier.seen }
  const same = (fate: Fate): Wanted => ({ name: later.name, fate, values, seen, base, rival })
  if (earlier.fate === 'gone') return same('changed') // wanted again, and not yet removed
  if (later.fate === 'changed') return same(earlier.fate)
  if (later.fate === 'gone') return earlier.fate === 'changed' ? same('gone') : null
  return same(earlier.fate)
}

const TOLD = ['baseline', 'mask', 'polygon', 'region', 'parent', 'type', 'direction'] as const

function rivalOf(refused: Refused): DrawnRival {
  const told = TOLD.filter((field) => refused[field] !== undefined)
  return {
    why: refused.why === 'changed' ? 'changed' : 'gone',
    version: refused.version ?? 0,
    values: Object.fromEntries(told.map((field) => [field, refused[field]])),
  }
}

/**
 * Whether a rival is no other hand's work on what we have changed: all of it but the mask, which
 * follows its baseline by itself, is as we saw it.
 */
function isMaskOnly({ name, seen }: Wanted, { why, values }: DrawnRival): boolean {
  const fields = (Object.keys(seen) as (keyof Values)[]).filter((field) => field !== 'mask')
  if (why !== 'changed' || kindOf(name) !== 'line' || !fields.length) return false
  return fields.every((field) => alike(seen[field], values[field]))
}

const LISTED: readonly Fate[] = ['new', 'changed', 'back']

/** What the answer lists of a kind, in its order. */
function listed(wanted: readonly Wanted[], kind: 'line' | 'region'): Wanted[] {
  return LISTED.flatMap((fate) =>
    wanted.filter((one) => one.fate === fate && kindOf(one.name) === kind),
  )
}

/** How a new shape is called until it has an id. */
export function keyOf(kind: 'line' | 'region', id: number): string {
  return `${kind}_${(-id).toString(36)}`
}

/** The batch as the server wants it. */
export function bodyOf({ wanted, order }: Pending) {
  return {
    regions: changesOf(wanted, 'region'),
    lines: changesOf(wanted, 'line'),
    ...(order && { order: order.map((id) => (id < 0 ? keyOf('line', id) : id)) }),
  }
}

function changesOf(wanted: readonly Wanted[], kind: 'line' | 'region') {
  const those = (fate: Fate) =>
    wanted.filter((one) => one.fate === fate && kindOf(one.name) === kind)
  return {
    create: those('new').map(({ name, values }) => ({
      key: keyOf(kind, idOf(name)),
      ...sendable(values),
    })),
    update: those('changed').map(({ name, values, base }) => ({
      id: idOf(name),
      version: base ?? 1,
      ...sendable(values),
    })),
    delete: those('gone').map(({ name, base }) => ({ id: idOf(name), version: base ?? 1 })),
    restore: those('back').map(({ name }) => idOf(name)),
  }
}

function sendable({ region, parent, direction, ...values }: Values): object {
  const link = (id: number | null) => (id !== null && id < 0 ? keyOf('region', id) : id)
  return {
    ...values,
    ...(direction !== undefined && { direction: direction || null }),
    ...(region !== undefined && { region: link(region) }),
    ...(parent !== undefined && { parent: link(parent) }),
  }
}
