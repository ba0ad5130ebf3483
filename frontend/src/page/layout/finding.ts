/** Which shape is meant by a place on the page, and in which order shapes are walked. Pure. */
import { boxFor, type Point } from '../shapes'
import { type Part, pointsOf, regionAt, type Spot } from './edits'
import { kindOf, type Line, lineOf, type Name, nameOf, type Points, type Sheet } from './sheet'
import { distance, isInside, nearest } from './trace'

function near(points: Points, [x, y]: Point, reach: number): boolean {
  const box = boxFor(points)
  return (
    box !== null &&
    x >= box[0] - reach &&
    x <= box[2] + reach &&
    y >= box[1] - reach &&
    y <= box[3] + reach
  )
}

export interface Shown {
  lines: boolean
  masks: boolean
  regions: boolean
  /** Regions that nobody can point at. */
  locked?: ReadonlySet<Name>
}

/** Without the regions that are locked. */
function free(sheet: Sheet, { locked }: Shown): Sheet {
  if (!locked?.size) return sheet
  return {
    ...sheet,
    regions: sheet.regions.filter(({ id }) => !locked.has(nameOf('region', id))),
  }
}

/** The shape at a place: a baseline, the border of a region, a mask, the inside of a region. */
export function shapeAt(all: Sheet, at: Point, reach: number, shown: Shown): Name | null {
  const sheet = free(all, shown)
  let best: { name: Name; away: number } | null = null
  const offer = (name: Name, points: Points, closed: boolean) => {
    if (!near(points, at, reach)) return
    const away = nearest(points, at, closed)?.distance ?? Number.POSITIVE_INFINITY
    if (away <= reach && (!best || away < best.away)) best = { name, away }
  }
  if (shown.lines)
    for (const { id, baseline } of sheet.lines) offer(nameOf('line', id), baseline, false)
  if (shown.regions && !best)
    for (const { id, polygon } of sheet.regions) offer(nameOf('region', id), polygon, true)
  if (best) return (best as { name: Name }).name
  const line = shown.lines && lineAround(sheet.lines, at)
  if (line) return nameOf('line', line.id)
  const region = shown.regions && regionAt(sheet, at)
  return region ? nameOf('region', region.id) : null
}

/** The line in whose mask a place lies: people point at letters, not at baselines. */
export function lineAround<L extends Pick<Line, 'mask'>>(
  lines: Iterable<L>,
  at: Point,
): L | undefined {
  for (const line of lines) if (near(line.mask, at, 0) && isInside(line.mask, at)) return line
  return undefined
}

/** The parts of a shape whose points can be seen. */
export function partsOf(name: Name, shown: Shown): Part[] {
  if (kindOf(name) === 'region') return ['polygon']
  return shown.masks ? ['baseline', 'mask'] : ['baseline']
}

/** The point of one of the shapes that is nearest to a place, within reach. */
export function spotAt(
  sheet: Sheet,
  names: Iterable<Name>,
  at: Point,
  reach: number,
  shown: Shown,
): Spot | null {
  let best: { spot: Spot; away: number } | null = null
  for (const name of names)
    for (const part of partsOf(name, shown))
      for (const [index, point] of pointsOf(sheet, name, part).entries()) {
        const away = distance(point, at)
        if (away <= reach && (!best || away < best.away))
          best = { spot: { name, part, index }, away }
      }
  return best?.spot ?? null
}

/** All shapes as they are listed: each region with its lines, then the lines outside of any. */
export function walkOf(sheet: Sheet): Name[] {
  const inside = new Map<number | null, Name[]>()
  for (const { id, region } of sheet.lines) {
    const those = inside.get(region) ?? []
    those.push(nameOf('line', id))
    inside.set(region, those)
  }
  return [
    ...sheet.regions.flatMap(({ id }) => [nameOf('region', id), ...(inside.get(id) ?? [])]),
    ...(inside.get(null) ?? []),
  ]
}

/** The points of the shapes, one after the other: what V walks through. */
export function spotsOf(sheet: Sheet, names: Iterable<Name>, shown: Shown): Spot[] {
  return [...names].flatMap((name) =>
    partsOf(name, shown).flatMap((part) =>
      pointsOf(sheet, name, part).map((_, index) => ({ name, part, index })),
    ),
  )
}

/** What lies in an area: shapes with a point in it, and these points. */
export function caught(
  given: Sheet,
  area: Points,
  shown: Shown,
): { names: Name[]; spots: Spot[]; whole: boolean } {
  const sheet = free(given, shown)
  const names: Name[] = []
  const spots: Spot[] = []
  let whole = true
  const all = [
    ...(shown.lines ? sheet.lines.map(({ id }) => nameOf('line', id)) : []),
    ...(shown.regions ? sheet.regions.map(({ id }) => nameOf('region', id)) : []),
  ]
  const box = boxFor(area)
  for (const name of all) {
    const [part = 'baseline'] = partsOf(name, shown)
    const points = pointsOf(sheet, name, part)
    const own = boxFor(points)
    if (
      !box ||
      !own ||
      own[0] > box[2] ||
      own[2] < box[0] ||
      own[1] > box[3] ||
      own[3] < box[1]
    )
      continue
    const inside = points.flatMap((point, index) => (isInside(area, point) ? [index] : []))
    // A region around the lasso is not meant; one that is caught whole is.
    if (!inside.length || (part === 'polygon' && inside.length < points.length)) continue
    whole &&= inside.length === points.length
    names.push(name)
    spots.push(...inside.map((index) => ({ name, part, index })))
  }
  return { names, spots, whole }
}

/** Ends of other lines and borders of regions, to which what is drawn may snap. */
export function snapTargets(
  sheet: Sheet,
  without: ReadonlySet<Name>,
  at: Point,
  reach: number,
) {
  const ends = sheet.lines
    .filter(({ id }) => !without.has(nameOf('line', id)))
    .flatMap(({ baseline }) => {
      const last = baseline.at(-1)
      return baseline[0] && last ? [baseline[0], last] : []
    })
  const borders = sheet.regions
    .filter(({ id, polygon }) => !without.has(nameOf('region', id)) && near(polygon, at, reach))
    .map(({ polygon }) => polygon)
  return { ends, borders }
}

/** How a line is called: its number in reading order, as people count. */
export function numberOf(sheet: Sheet, name: Name): number {
  const line = lineOf(sheet, name)
  return line ? sheet.lines.indexOf(line) + 1 : 0
}
