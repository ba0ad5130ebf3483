/** The order in which blocks of text on a page are read. Pure. */
import type { Box } from '../shapes'
import type { Writing } from './order'

/** More blocks than this are read row by row: comparing each with each would take too long. */
const MOST = 300

/**
 * Blocks in reading order, by the two rules of Breuel (2003): of two that share a column the upper
 * one comes first, and a whole column before the next one unless a block lies across both.
 */
export function placeBlocks<B extends { box: Box }>(
  blocks: readonly B[],
  writing: Writing,
): B[] {
  const turned = blocks.map((block) => ({ block, box: turn(block.box, writing) }))
  // Ties, and what the rules leave open, go from above to below.
  turned.sort((a, b) => a.box[1] - b.box[1] || a.box[0] - b.box[0])
  if (turned.length > MOST) return turned.map(({ block }) => block)
  const boxes = turned.map(({ box }) => box)
  const before = boxes.map((one) =>
    boxes.flatMap((other, at) => (other !== one && isBefore(other, one, boxes) ? [at] : [])),
  )
  const order: number[] = []
  const met = new Set<number>()
  const visit = (at: number) => {
    if (met.has(at)) return
    met.add(at)
    for (const earlier of before[at] ?? []) visit(earlier)
    order.push(at)
  }
  for (const at of boxes.keys()) visit(at)
  return order.flatMap((at) => turned[at]?.block ?? [])
}

/** The box as it would lie if the page were written from left to right, rows from above to below. */
function turn([left, top, right, bottom]: Box, writing: Writing): Box {
  switch (writing) {
    case 'horizontal-rl':
      return [-right, top, -left, bottom]
    case 'vertical-lr':
      return [top, left, bottom, right]
    case 'vertical-rl':
      return [top, -right, bottom, -left]
    default:
      return [left, top, right, bottom]
  }
}

function isBefore(one: Box, other: Box, all: readonly Box[]): boolean {
  if (overlap(one[0], one[2], other[0], other[2])) return one[1] < other[1]
  if (one[2] > other[0]) return false
  const across = all.some(
    (third) =>
      overlap(third[0], third[2], one[0], one[2]) &&
      overlap(third[0], third[2], other[0], other[2]) &&
      third[1] < Math.max(one[1], other[1]) &&
      third[1] > Math.min(one[1], other[1]),
  )
  return !across
}

function overlap(a: number, b: number, c: number, d: number): boolean {
  return a < d && c < b
}
