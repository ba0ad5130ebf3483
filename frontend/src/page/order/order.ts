/** Reading order: lines moved, clicked in turn, or put by their place on the page. Pure. */
import { placeBlocks } from './blocks'
import { boxOf, lineHeight } from '../shapes'
import type { Line, Sheet } from '../layout/sheet'
import { middle } from '../layout/trace'

/** The chosen lines together, in the order that they have, before the line that is at `to` now. */
export function movedTo(
  order: readonly number[],
  chosen: ReadonlySet<number>,
  to: number,
): number[] {
  const moved = order.filter((id) => chosen.has(id))
  const before = order.slice(0, to).filter((id) => !chosen.has(id))
  const after = order.slice(to).filter((id) => !chosen.has(id))
  return [...before, ...moved, ...after]
}

/** The chosen lines some places up or down. */
export function movedBy(
  order: readonly number[],
  chosen: ReadonlySet<number>,
  by: number,
): number[] {
  const places = order.flatMap((id, at) => (chosen.has(id) ? [at] : []))
  const [first] = places
  const last = places.at(-1)
  if (first === undefined || last === undefined) return [...order]
  const to = by < 0 ? Math.max(0, first + by) : Math.min(order.length, last + 1 + by)
  return movedTo(order, chosen, to)
}

/**
 * Lines clicked one after the other follow each other.
 *
 * @param clicked those that were clicked before, in turn; the first one stays where it is.
 */
export function clickedNext(
  order: readonly number[],
  clicked: readonly number[],
  id: number,
): number[] {
  const last = clicked.at(-1)
  if (last === undefined || last === id) return [...order]
  const others = order.filter((one) => one !== id)
  return others.toSpliced(others.indexOf(last) + 1, 0, id)
}

export type Writing = 'horizontal-lr' | 'horizontal-rl' | 'vertical-lr' | 'vertical-rl'

/** All lines by their place: regions one after the other, in each the lines as they are read. */
export function byPlace(sheet: Sheet, writing: Writing): number[] {
  const inside = new Map<number, Line[]>()
  const free: Line[] = []
  for (const line of sheet.lines)
    if (line.region === null) free.push(line)
    else inside.set(line.region, [...(inside.get(line.region) ?? []), line])
  const usual = lineHeight(sheet.lines.map(({ mask }) => mask)) || distanceOf(sheet.lines)
  const blocks = [
    ...[...inside].map(([id, lines]) => ({
      lines,
      points: sheet.regions.find((region) => region.id === id)?.polygon ?? [],
    })),
    // A line outside of all regions stands for itself.
    ...free.map((line) => ({ lines: [line], points: line.baseline })),
  ].flatMap(({ lines, points }) => {
    const box = boxOf(points.length ? points : lines.flatMap((line) => line.baseline))
    return box ? [{ box, lines }] : [{ box: [0, 0, 0, 0] as const, lines }]
  })
  return placeBlocks(blocks, writing).flatMap(({ lines }) =>
    inRows(lines, writing, usual).map(({ id }) => id),
  )
}

/** The lines of one region by their place; the others keep theirs. */
export function regionByPlace(sheet: Sheet, region: number | null, writing: Writing): number[] {
  const usual = lineHeight(sheet.lines.map(({ mask }) => mask)) || distanceOf(sheet.lines)
  const own = sheet.lines.filter((line) => line.region === region)
  const placed = inRows(own, writing, usual)
  return sheet.lines.map((line) =>
    line.region === region ? (placed.shift()?.id ?? line.id) : line.id,
  )
}

function distanceOf(lines: readonly Line[]): number {
  const heights = lines
    .flatMap(({ baseline }) => middle(baseline)?.[1] ?? [])
    .sort((a, b) => a - b)
  const gaps = heights.slice(1).map((y, at) => y - (heights[at] ?? y))
  return gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? 0
}

/**
 * Lines row by row, in each row along the direction of writing.
 *
 * @param usual the height of a line: those less than half of it apart stand in one row.
 */
export function inRows(lines: readonly Line[], writing: Writing, usual: number): Line[] {
  const vertical = writing.startsWith('vertical')
  const back = writing.endsWith('rl')
  const placed = lines.map((line) => {
    const [x, y] = middle(line.baseline) ?? middle(line.mask) ?? [0, 0]
    // Rows of vertical writing are columns, from the right or from the left.
    return vertical
      ? { line, across: back ? -x : x, along: y }
      : { line, across: y, along: back ? -x : x }
  })
  placed.sort((a, b) => a.across - b.across)
  const rows: (typeof placed)[] = []
  for (const one of placed) {
    const row = rows.at(-1)
    const [first] = row ?? []
    if (row && first && one.across - first.across < usual / 2) row.push(one)
    else rows.push([one])
  }
  return rows.flatMap((row) => row.sort((a, b) => a.along - b.along).map(({ line }) => line))
}
