/** What can be done to the shapes of a page: each takes a state and returns another. Pure. */
import { boxOf, lineHeight, type Point } from '../shapes'
import {
  idOf,
  kindOf,
  type Line,
  lineOf,
  type Name,
  nameOf,
  type Points,
  type Region,
  regionOf,
  type Sheet,
} from './sheet'
import {
  area,
  crossings,
  distance,
  hull,
  isInside,
  knifeAt,
  middle,
  nearest,
  parted,
  rounded,
  shifted,
} from './trace'

export type NewId = () => number

/** Another state of some shapes. */
export function withShapes(
  sheet: Sheet,
  names: ReadonlySet<Name>,
  line: (line: Line) => Line,
  region: (region: Region) => Region,
): Sheet {
  const has = (kind: 'line' | 'region', id: number) => names.has(nameOf(kind, id))
  return {
    lines: sheet.lines.map((one) => (has('line', one.id) ? line(one) : one)),
    regions: sheet.regions.map((one) => (has('region', one.id) ? region(one) : one)),
  }
}

export function moved(sheet: Sheet, names: ReadonlySet<Name>, dx: number, dy: number): Sheet {
  return withShapes(
    sheet,
    names,
    (line) => ({
      ...line,
      baseline: shifted(line.baseline, dx, dy),
      mask: shifted(line.mask, dx, dy),
    }),
    (region) => ({ ...region, polygon: shifted(region.polygon, dx, dy) }),
  )
}

export function removed(sheet: Sheet, names: ReadonlySet<Name>): Sheet {
  const regions = sheet.regions.filter(({ id }) => !names.has(nameOf('region', id)))
  const there = new Set(regions.map(({ id }) => id))
  const stays = (id: number | null) => (id !== null && there.has(id) ? id : null)
  return {
    lines: sheet.lines
      .filter(({ id }) => !names.has(nameOf('line', id)))
      .map((line) =>
        stays(line.region) === line.region ? line : { ...line, region: stays(line.region) },
      ),
    regions: regions.map((one) =>
      stays(one.parent) === one.parent ? one : { ...one, parent: stays(one.parent) },
    ),
  }
}

/** Read from the other end. Masks stay: they have no direction. */
export function reversed(sheet: Sheet, names: ReadonlySet<Name>): Sheet {
  const turned = (line: Line) => ({ ...line, baseline: line.baseline.toReversed() })
  return withShapes(sheet, names, turned, (region) => region)
}

export function retyped(sheet: Sheet, names: ReadonlySet<Name>, type: string): Sheet {
  return withShapes(
    sheet,
    names,
    (line) => ({ ...line, type }),
    (region) => ({ ...region, type }),
  )
}

/** With a direction of their own; empty: as what they stand in. */
export function directed(sheet: Sheet, names: ReadonlySet<Name>, direction: string): Sheet {
  return withShapes(
    sheet,
    names,
    (line) => ({ ...line, direction }),
    (region) => ({ ...region, direction }),
  )
}

/** Copies a little below; each stands in the order behind its original. Returns their names too. */
export function duplicated(
  sheet: Sheet,
  names: ReadonlySet<Name>,
  newId: NewId,
): { sheet: Sheet; names: Name[] } {
  const by = Math.round(Math.max(8, lineHeight(sheet.lines.map(({ mask }) => mask)) / 2))
  const made: Name[] = []
  const twice = <S extends Line | Region>(kind: 'line' | 'region', shapes: readonly S[]) =>
    shapes.flatMap((shape): S[] => {
      if (!names.has(nameOf(kind, shape.id))) return [shape]
      const id = newId()
      made.push(nameOf(kind, id))
      return [shape, { ...shape, id }]
    })
  const both = {
    regions: twice('region', sheet.regions),
    lines: twice('line', sheet.lines),
  }
  return { sheet: moved(both, new Set(made), by, by), names: made }
}

/** The smallest region around a point, if any. */
export function regionAt(sheet: Sheet, at: Point): Region | null {
  return (
    sheet.regions
      .filter(({ polygon }) => isInside(polygon, at))
      .sort((a, b) => area(a.polygon) - area(b.polygon))[0] ?? null
  )
}

/** With a new line: in the region that it is drawn in, at its place among the lines. */
export function withLine(sheet: Sheet, line: Line): Sheet {
  const at = middle(line.baseline)
  const region = line.region ?? (at && regionAt(sheet, at)?.id) ?? null
  const placed = { ...line, region }
  return { ...sheet, lines: placedAmong(sheet.lines, placed) }
}

/** Behind the last of the lines of its region that stand above it, or before its first one. */
export function placedAmong(lines: readonly Line[], line: Line): readonly Line[] {
  const siblings = lines.filter((one) => one.region === line.region && one.id !== line.id)
  const others = lines.filter((one) => one.id !== line.id)
  const y = middle(line.baseline)?.[1] ?? 0
  const above = siblings.filter((one) => (middle(one.baseline)?.[1] ?? 0) <= y).at(-1)
  const at = above
    ? others.indexOf(above) + 1
    : siblings[0]
      ? others.indexOf(siblings[0])
      : others.length
  return others.toSpliced(at, 0, line)
}

export function linked(sheet: Sheet, names: ReadonlySet<Name>, region: number | null): Sheet {
  let { lines } = sheet
  for (const line of sheet.lines) {
    if (!names.has(nameOf('line', line.id)) || line.region === region) continue
    lines = placedAmong(lines, { ...line, region })
  }
  return { ...sheet, lines }
}

/** Each of the lines into the region that it lies in: the smallest around most of its points. */
export function linkedByPlace(sheet: Sheet, names: ReadonlySet<Name>): Sheet {
  let after = sheet
  for (const line of sheet.lines) {
    const name = nameOf('line', line.id)
    if (!names.has(name)) continue
    const votes = new Map<number, number>()
    for (const point of line.baseline) {
      const found = regionAt(sheet, point)
      if (found) votes.set(found.id, (votes.get(found.id) ?? 0) + 1)
    }
    const [best] = [...votes].sort(([, a], [, b]) => b - a)
    const most = best && best[1] * 2 >= line.baseline.length ? best[0] : null
    after = linked(after, new Set([name]), most)
  }
  return after
}

export interface CutLine {
  sheet: Sheet
  /** The new line behind the cut; the part before keeps the old name. */
  made: number
  /** Where along the line it was cut, from 0 to 1. */
  share: number
}

/** A line in two at the place of it that is nearest to a point; null where that is one of its ends. */
export function cutLine(sheet: Sheet, id: number, at: Point, newId: NewId): CutLine | null {
  const line = lineOf(sheet, id)
  const foot = line && nearest(line.baseline, at)
  if (!line || !foot) return null
  const point = rounded(foot.point)
  const before = [...line.baseline.slice(0, foot.index + 1), point]
  const after = [point, ...line.baseline.slice(foot.index + 1)]
  const left = withoutRepeats(before)
  const right = withoutRepeats(after)
  if (left.length < 2 || right.length < 2) return null
  const box = boxOf(line.mask)
  const reach = box ? box[3] - box[1] + box[2] - box[0] : 0
  const masks = parted(line.mask, knifeAt(line.baseline, foot, reach))
  const [one = [], other = []] = masks ? bySide(masks, left) : []
  const made = { ...line, id: newId(), baseline: right, mask: other }
  const lines = sheet.lines.flatMap((old) =>
    old.id === id ? [{ ...line, baseline: left, mask: one }, made] : [old],
  )
  return { sheet: { ...sheet, lines }, made: made.id, share: foot.share }
}

/** The part of a mask that belongs to a baseline first. */
function bySide([one, other]: [Points, Points], baseline: Points): [Points, Points] {
  const at = middle(baseline) ?? [0, 0]
  const away = (part: Points) => nearest(part, at, true)?.distance ?? 0
  const inOne = isInside(one, at) || (!isInside(other, at) && away(one) <= away(other))
  return inOne ? [one, other] : [other, one]
}

function withoutRepeats(points: Points): Points {
  return points.filter((point, at) => {
    const before = points[at - 1]
    return !before || distance(before, point) >= 1
  })
}

/** A region in two along a knife; its lines go to the part that they lie in. Null if it is missed. */
export function cutRegion(
  sheet: Sheet,
  id: number,
  knife: readonly [Point, Point],
  newId: NewId,
): { sheet: Sheet; made: number } | null {
  const region = regionOf(sheet, id)
  const parts = region && parted(region.polygon, knife)
  if (!region || !parts) return null
  const made = { ...region, id: newId(), polygon: parts[1] }
  const regions = sheet.regions.flatMap((old) =>
    old.id === id ? [{ ...region, polygon: parts[0] }, made] : [old],
  )
  const belongs = (line: Line) => {
    const at = middle(line.baseline)
    return at !== null && isInside(made.polygon, at)
  }
  const lines = sheet.lines.map((line) =>
    line.region === id && belongs(line) ? { ...line, region: made.id } : line,
  )
  return { sheet: { lines, regions }, made: made.id }
}

/** Lines that a knife meets, with the place. */
export function metBy(
  sheet: Sheet,
  knife: readonly [Point, Point],
): { line: Line; at: Point }[] {
  return sheet.lines.flatMap((line) => {
    const [found] = crossings(line.baseline, knife)
    return found ? [{ line, at: found.point }] : []
  })
}

/** Lines as one, in reading order: baselines one after the other, masks as the hull of both. */
export function joined(
  sheet: Sheet,
  names: ReadonlySet<Name>,
): { sheet: Sheet; kept: number } | null {
  const parts = sheet.lines.filter(({ id }) => names.has(nameOf('line', id)))
  const [first, ...rest] = parts
  if (!first || !rest.length) return null
  const baseline = withoutRepeats(parts.flatMap((line) => line.baseline))
  const mask = parts.every((line) => line.mask.length > 2)
    ? hull(parts.flatMap((line) => line.mask))
    : []
  const gone = new Set(rest.map(({ id }) => id))
  const lines = sheet.lines
    .filter(({ id }) => !gone.has(id))
    .map((line) => (line === first ? { ...line, baseline, mask } : line))
  return { sheet: { ...sheet, lines }, kept: first.id }
}

/** Which list of points of a shape. */
export type Part = 'baseline' | 'mask' | 'polygon'
/** One point of a shape. */
export interface Spot {
  name: Name
  part: Part
  index: number
}

export function pointsOf(sheet: Sheet, name: Name, part: Part): Points {
  if (part === 'polygon') return regionOf(sheet, name)?.polygon ?? []
  return lineOf(sheet, name)?.[part] ?? []
}

/** How few points a part may have. */
export function fewest(part: Part): number {
  return part === 'baseline' ? 2 : 3
}

export function withPoints(sheet: Sheet, name: Name, part: Part, points: Points): Sheet {
  const set = <S extends Line | Region>(shapes: readonly S[]) =>
    shapes.map((one) => (one.id === idOf(name) ? { ...one, [part]: points } : one))
  return kindOf(name) === 'line'
    ? { ...sheet, lines: set(sheet.lines) }
    : { ...sheet, regions: set(sheet.regions) }
}

/** Each of the points moved by the same way. */
export function spotsMoved(
  sheet: Sheet,
  spots: readonly Spot[],
  dx: number,
  dy: number,
): Sheet {
  return spots.reduce((after, { name, part, index }) => {
    const points = pointsOf(after, name, part)
    const [x, y] = points[index] ?? [0, 0]
    return withPoints(after, name, part, points.with(index, [x + dx, y + dy]))
  }, sheet)
}

/** A further point, on the border where it is nearest; returns its index too. */
export function pointAdded(
  sheet: Sheet,
  name: Name,
  part: Part,
  at: Point,
): { sheet: Sheet; index: number } | null {
  const points = pointsOf(sheet, name, part)
  const foot = nearest(points, at, part !== 'baseline')
  if (!foot) return null
  const index = foot.index + 1
  return {
    sheet: withPoints(sheet, name, part, points.toSpliced(index, 0, rounded(foot.point))),
    index,
  }
}

/** Without these points; a part that would have too few keeps its own. */
export function spotsRemoved(sheet: Sheet, spots: readonly Spot[]): Sheet {
  const parts = new Map<string, Spot[]>()
  for (const spot of spots) {
    const key = `${spot.name}.${spot.part}`
    parts.set(key, [...(parts.get(key) ?? []), spot])
  }
  let after = sheet
  for (const those of parts.values()) {
    const [first] = those
    if (!first) continue
    const gone = new Set(those.map(({ index }) => index))
    const points = pointsOf(sheet, first.name, first.part).filter((_, at) => !gone.has(at))
    if (points.length >= fewest(first.part))
      after = withPoints(after, first.name, first.part, points)
  }
  return after
}
