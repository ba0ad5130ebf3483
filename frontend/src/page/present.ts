/** What of a page is drawn and what is listed: from the server's answer to plain shapes. Pure. */
import { DOUBTFUL } from './confidence'
import type { Waiting } from './queue'
import type { WholePage } from './read'
import type { Known } from './known'
import type { DrawnLine, DrawnRegion } from './scene'
import type { Point } from './shapes'

type Text = WholePage['texts'][number]
type Line = WholePage['lines'][number]

/** A line with its text as it is to be shown: what waits here goes before what the server has. */
export interface ListedLine {
  id: number
  /** As people count, from 1. */
  number: number
  text: string | null
  confidence: number | null
  confidences: string | null
  checked: boolean
  dir: 'ltr' | 'rtl' | 'auto'
  /** Written from top to bottom; the lines follow each other to the left, or to the right. */
  vertical: 'rl' | 'lr' | null
  /** What an edit is based on; 0 where the line has no text yet. */
  version: number
  flagged: boolean
  /** How many comments on it are open. */
  comments: number
  /** Not on the server yet. */
  unsent: boolean
  /** Somebody else was faster; one of the two texts must be chosen. */
  rivalled: boolean
}

function textsOf(page: WholePage, layer: number | null): Map<number, Text> {
  return new Map(
    page.texts.filter((text) => text.layer === layer).map((text) => [text.line, text]),
  )
}

export function points(raw: readonly (readonly number[])[]): Point[] {
  return raw.map(([x = 0, y = 0]) => [x, y])
}

/** A polygon without the point that closes it: who moves that corner means both. */
export function corners(raw: readonly (readonly number[])[]): Point[] {
  const [first, last] = [raw[0], raw.at(-1)]
  const closed = raw.length > 2 && first?.[0] === last?.[0] && first?.[1] === last?.[1]
  return points(closed ? raw.slice(0, -1) : raw)
}

/** A type of regions or lines, as the project has it. */
export interface TypeOf {
  kind: string
  name: string
  colour: string
  key: string
}

const drawn = new WeakMap<Shape, DrawnLine>()
interface Shape {
  id: number
  type: string
  baseline: readonly Point[]
  mask: readonly Point[]
}

/** Lines in the colours of their types. A line that has not changed is drawn by the same object. */
export function drawnLines(
  lines: readonly Shape[],
  types: readonly TypeOf[] = [],
): DrawnLine[] {
  const colours = coloursOf(types, 'line')
  return lines.map((line) => {
    const colour = colours.get(plainType(line.type)) ?? ''
    const there = drawn.get(line)
    if (there?.colour === colour) return there
    const { id, baseline, mask } = line
    const made = { id, baseline, mask, colour }
    drawn.set(line, made)
    return made
  })
}

function coloursOf(types: readonly TypeOf[], kind: string): Map<string, string> {
  return new Map(
    types.filter((type) => type.kind === kind).map((type) => [type.name, type.colour]),
  )
}

/** Without subtype and number (MainZone:column#2), which do not change the colour. */
export function plainType(type: string): string {
  return type.split(/[:#]/)[0] ?? ''
}

/** The lines that the model was not sure of and nobody has checked. */
export function doubtfulIds(lines: readonly ListedLine[], limit = DOUBTFUL): number[] {
  return lines
    .filter((line) => !line.checked && (line.confidence ?? 1) < limit)
    .map((line) => line.id)
}

/** The lines in reading order, as they stand in the answer. */
export function listedLines(page: WholePage, layer: number | null): ListedLine[] {
  const texts = textsOf(page, layer)
  const regions = new Map(page.regions.map((region) => [region.id, region.direction]))
  const directionOf = (line: Line) =>
    line.direction || regions.get(line.region ?? 0) || page.direction
  return page.lines.map((line, at) => {
    const text = texts.get(line.id)
    return {
      id: line.id,
      number: at + 1,
      dir: dirOf(directionOf(line)),
      vertical: verticalOf(directionOf(line)),
      flagged: line.flagged ?? false,
      comments: line.comments ?? 0,
      text: text?.content ?? null,
      confidence: text?.confidence ?? null,
      confidences: text?.confidences ?? null,
      checked: text?.checked ?? false,
      version: text?.version ?? 0,
      unsent: false,
      rivalled: false,
    }
  })
}

/** A line as it stands in this browser: what waits goes before what is known to be stored since. */
export function withLocal(
  line: ListedLine,
  waiting: Waiting | undefined,
  known: Known | undefined,
): ListedLine {
  const byHand = { confidence: null, confidences: null }
  if (waiting) {
    const { content, checked, base, rival } = waiting
    const state = { unsent: true, rivalled: rival != null }
    return { ...line, text: content, checked, version: base.version, ...byHand, ...state }
  }
  if (!known || known.version <= line.version) return line
  const { content, checked, version } = known
  return { ...line, text: content, checked, version, ...byHand }
}

/** A line with the flag that was set or taken away here since the page was read. */
export function withFlag(line: ListedLine, flagged = line.flagged): ListedLine {
  return flagged === line.flagged ? line : { ...line, flagged }
}

/** The new list with the old one's objects where nothing has changed, so that little is drawn again. */
export function keepSame(old: readonly ListedLine[], now: ListedLine[]): ListedLine[] {
  return now.map((line, at) => {
    const before = old[at]
    if (before === line) return line
    const same =
      before && (Object.keys(line) as (keyof ListedLine)[]).every((k) => before[k] === line[k])
    return same ? before : line
  })
}

const GROUP = 50

/** Lines in groups of fifty; a group in which nothing changed stays the same object. */
export function inGroups(
  lines: readonly ListedLine[],
  old: readonly (readonly ListedLine[])[] = [],
): readonly (readonly ListedLine[])[] {
  return Array.from({ length: Math.ceil(lines.length / GROUP) }, (_, at) => {
    const now = lines.slice(at * GROUP, (at + 1) * GROUP)
    const before = old[at]
    const same = before?.length === now.length && now.every((line, n) => line === before[n])
    return same ? before : now
  })
}

function dirOf(direction: string): ListedLine['dir'] {
  if (direction === 'horizontal-rl') return 'rtl'
  // A left-to-right page may hold a Hebrew quotation: the first letters of a line decide.
  return 'auto'
}

function verticalOf(direction: string): ListedLine['vertical'] {
  if (direction === 'vertical-rl') return 'rl'
  return direction === 'vertical-lr' ? 'lr' : null
}

/** The texts of another layer, by line. */
export function readingsOf(page: WholePage, layer: number | null): ReadonlyMap<number, string> {
  const found = new Map<number, string>()
  if (layer === null) return found
  for (const text of page.texts) if (text.layer === layer) found.set(text.line, text.content)
  return found
}

const USUAL = '#006d77'

const drawnBefore = new WeakMap<object, DrawnRegion>()

/** Regions with the label and colour of their type; those without a type are named by their kind. */
export function drawnRegions(
  regions: readonly { id: number; type: string; kind: string; polygon: readonly Point[] }[],
  types: readonly TypeOf[],
): DrawnRegion[] {
  const colours = coloursOf(types, 'region')
  return regions.map((region) => {
    const { id, polygon, type, kind } = region
    const colour = colours.get(plainType(type)) ?? USUAL
    const there = drawnBefore.get(region)
    if (there?.colour === colour) return there
    const made = { id, polygon, label: type || kind, colour }
    drawnBefore.set(region, made)
    return made
  })
}
