/**
 * The shapes of a page while they are edited, and the steps that lead from one state to another.
 * Pure. What is not on the server yet has an id below 0.
 */
import type { Point } from '../shapes'

export type Points = readonly Point[]
export type Kind = 'line' | 'region'
/** One shape: `line:12`. Ids of lines and of regions are counted apart. */
export type Name = `${Kind}:${number}`

export interface Line {
  readonly id: number
  readonly region: number | null
  readonly type: string
  readonly baseline: Points
  readonly mask: Points
  readonly direction: string
}
export interface Region {
  readonly id: number
  readonly parent: number | null
  readonly kind: string
  readonly type: string
  readonly polygon: Points
  readonly direction: string
}
/** Lines stand in reading order. */
export interface Sheet {
  readonly lines: readonly Line[]
  readonly regions: readonly Region[]
}

/** Some values of a line or region. */
export type Values = Partial<Omit<Line, 'id'> & Omit<Region, 'id'>>

/** What a step does to a shape; null: it is not there. */
export interface Change {
  name: Name
  before: Values | null
  after: Values | null
}
/** What a step does to the text of a line in a layer; null: there is none. */
export interface TextChange {
  line: number
  layer: number
  before: string | null
  after: string | null
}
/** One thing to the user: done, undone and redone as a whole. */
export interface Step {
  /** What it was: a word of the interface (`layout.done.*`). */
  act: string
  changes: Change[]
  /** All lines in reading order, where that changes. */
  order: { before: number[]; after: number[] } | null
  texts: TextChange[]
}

export function nameOf(kind: Kind, id: number): Name {
  return `${kind}:${id}`
}
export function kindOf(name: Name): Kind {
  return name.startsWith('line') ? 'line' : 'region'
}
export function idOf(name: Name): number {
  return Number(name.slice(name.indexOf(':') + 1))
}

export function lineOf(sheet: Sheet, name: Name | number): Line | undefined {
  if (typeof name === 'string' && kindOf(name) !== 'line') return undefined
  const id = typeof name === 'number' ? name : idOf(name)
  return sheet.lines.find((line) => line.id === id)
}
export function regionOf(sheet: Sheet, name: Name | number): Region | undefined {
  if (typeof name === 'string' && kindOf(name) !== 'region') return undefined
  const id = typeof name === 'number' ? name : idOf(name)
  return sheet.regions.find((region) => region.id === id)
}

/** All shapes by name, for asking many times. */
export function byName(sheet: Sheet): Map<Name, Line | Region> {
  return new Map([
    ...sheet.regions.map((one): [Name, Line | Region] => [nameOf('region', one.id), one]),
    ...sheet.lines.map((one): [Name, Line | Region] => [nameOf('line', one.id), one]),
  ])
}

/** Whether two values (numbers, texts, lists of points) are the same. */
export function alike(one: unknown, other: unknown): boolean {
  if (one === other) return true
  if (!Array.isArray(one) || !Array.isArray(other)) return false
  return one.length === other.length && one.every((part, at) => alike(part, other[at]))
}

function valuesOf(shape: Line | Region): Values {
  const values: Values & { id?: number } = { ...shape }
  delete values.id
  return values
}

/** The step from one state to another; shapes that are the same object are not looked into. */
export function difference(
  act: string,
  before: Sheet,
  after: Sheet,
  texts: TextChange[] = [],
): Step {
  const changes = [
    ...changed('region', before.regions, after.regions),
    ...changed('line', before.lines, after.lines),
  ]
  const [old, now] = [before.lines.map(({ id }) => id), after.lines.map(({ id }) => id)]
  return { act, changes, order: alike(old, now) ? null : { before: old, after: now }, texts }
}

function changed(
  kind: Kind,
  before: readonly (Line | Region)[],
  after: readonly (Line | Region)[],
): Change[] {
  const old = new Map(before.map((shape) => [shape.id, shape]))
  const changes: Change[] = []
  for (const shape of after) {
    const was = old.get(shape.id)
    old.delete(shape.id)
    if (was === shape) continue
    const name = nameOf(kind, shape.id)
    if (was) {
      const change = partly(name, valuesOf(was), valuesOf(shape))
      if (change) changes.push(change)
    } else changes.push({ name, before: null, after: valuesOf(shape) })
  }
  for (const shape of old.values())
    changes.push({ name: nameOf(kind, shape.id), before: valuesOf(shape), after: null })
  return changes
}

function partly(name: Name, was: Values, is: Values): Change | null {
  const fields = (Object.keys(is) as (keyof Values)[]).filter(
    (field) => !alike(was[field], is[field]),
  )
  if (!fields.length) return null
  const pick = (values: Values): Values =>
    Object.fromEntries(fields.map((field) => [field, values[field]]))
  return { name, before: pick(was), after: pick(is) }
}

export function isEmpty(step: Step): boolean {
  return !step.changes.length && !step.order && !step.texts.length
}

export function inverse(step: Step): Step {
  const turned = <T extends { before: unknown; after: unknown }>(one: T): T => ({
    ...one,
    before: one.after,
    after: one.before,
  })
  return {
    act: step.act,
    changes: step.changes.map(turned),
    order: step.order && turned(step.order),
    texts: step.texts.map(turned),
  }
}

/** The state after the step. */
export function apply(sheet: Sheet, step: Pick<Step, 'changes' | 'order'>): Sheet {
  let regions = placed('region', sheet.regions, step.changes)
  let lines = placed('line', sheet.lines, step.changes)
  if (step.order) lines = inOrder(lines, step.order.after)
  // What stood in a region that is gone stands free.
  const there = new Set(regions.map(({ id }) => id))
  const free = (id: number | null) => id !== null && !there.has(id)
  if (lines.some((line) => free(line.region)))
    lines = lines.map((line) => (free(line.region) ? { ...line, region: null } : line))
  if (regions.some((region) => free(region.parent)))
    regions = regions.map((one) => (free(one.parent) ? { ...one, parent: null } : one))
  return { lines, regions }
}

const NEW_LINE = { region: null, type: '', baseline: [], mask: [], direction: '' }
const NEW_REGION = { parent: null, kind: 'text', type: '', polygon: [], direction: '' }

function placed<S extends Line | Region>(
  kind: Kind,
  shapes: readonly S[],
  changes: readonly Change[],
): readonly S[] {
  const mine = changes.filter(({ name }) => kindOf(name) === kind)
  if (!mine.length) return shapes
  const wanted = new Map(mine.map(({ name, after }) => [idOf(name), after]))
  const kept = shapes.flatMap((shape) => {
    const after = wanted.get(shape.id)
    if (after === undefined) return [shape]
    wanted.delete(shape.id)
    return after === null ? [] : [{ ...shape, ...after }]
  })
  const fresh = kind === 'line' ? NEW_LINE : NEW_REGION
  const made = [...wanted].flatMap(([id, after]) =>
    after === null ? [] : [{ ...fresh, ...after, id } as unknown as S],
  )
  return [...kept, ...made]
}

/** The lines in the order given; those that it does not name follow. */
export function inOrder(lines: readonly Line[], order: readonly number[]): readonly Line[] {
  const place = new Map(order.map((id, at) => [id, at]))
  const at = (line: Line) => place.get(line.id) ?? Number.POSITIVE_INFINITY
  return lines
    .map((line, index) => ({ line, index }))
    .sort((a, b) => at(a.line) - at(b.line) || a.index - b.index)
    .map(({ line }) => line)
}

/** Shapes that are no longer as the step found them: somebody else was there since. */
export function strangers(sheet: Sheet, step: Step): Name[] {
  const shapes = byName(sheet)
  return step.changes
    .filter((change) => !fits(shapes.get(change.name), change))
    .map(({ name }) => name)
}

function fits(shape: Line | Region | undefined, { before }: Change): boolean {
  if (!shape || before === null) return !shape && before === null
  const values = valuesOf(shape)
  return (Object.keys(before) as (keyof Values)[]).every(
    (field) =>
      // Masks follow their baselines by themselves: one that was made anew is no stranger.
      (field === 'mask' && 'baseline' in before) || alike(before[field], values[field]),
  )
}

/** The step in other names, once the server has given ids to what was new. */
export function renamed(step: Step, names: ReadonlyMap<Name, Name>): Step {
  const id = (kind: Kind, old: number) => {
    const found = names.get(nameOf(kind, old))
    return found ? idOf(found) : old
  }
  const ids = (order: number[]) => order.map((one) => id('line', one))
  return {
    act: step.act,
    changes: step.changes.map(({ name, before, after }) => ({
      name: names.get(name) ?? name,
      before: before && renamedValues(before, names),
      after: after && renamedValues(after, names),
    })),
    order: step.order && { before: ids(step.order.before), after: ids(step.order.after) },
    texts: step.texts.map((text) => ({ ...text, line: id('line', text.line) })),
  }
}

export function renamedValues(values: Values, names: ReadonlyMap<Name, Name>): Values {
  const id = (old: number | null) => {
    const found = old === null ? undefined : names.get(nameOf('region', old))
    return found ? idOf(found) : old
  }
  const { region, parent } = values
  return {
    ...values,
    ...(region !== undefined && { region: id(region) }),
    ...(parent !== undefined && { parent: id(parent) }),
  }
}

export function renamedSheet(sheet: Sheet, names: ReadonlyMap<Name, Name>): Sheet {
  const id = (kind: Kind, old: number) =>
    idOf(names.get(nameOf(kind, old)) ?? nameOf(kind, old))
  const inside = (old: number | null) => (old === null ? null : id('region', old))
  const isNew = (one: number | null) => one !== null && one < 0
  return {
    lines: sheet.lines.map((line) =>
      isNew(line.id) || isNew(line.region)
        ? { ...line, id: id('line', line.id), region: inside(line.region) }
        : line,
    ),
    regions: sheet.regions.map((one) =>
      isNew(one.id) || isNew(one.parent)
        ? { ...one, id: id('region', one.id), parent: inside(one.parent) }
        : one,
    ),
  }
}
