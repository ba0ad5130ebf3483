/** The image of one line, straightened along its baseline: where each slice comes from. Pure. */
import { type Box, boxOf, type Point } from './shapes'

/** A piece of the line, upright in the strip: turn the image by `-angle` about `from`. */
export interface Slice {
  /** Its first point on the baseline, in pixels of the image. */
  from: Point
  /** Direction of the baseline, in radians, clockwise as y grows downwards. */
  angle: number
  /** Where it begins in the strip, and how long it is, in pixels of the image. */
  start: number
  length: number
}

export interface Strip {
  slices: Slice[]
  /** Length along the baseline. */
  length: number
  /** How far the line's own ink reaches above and below the baseline. */
  above: number
  below: number
  /** What is shown of the neighbours, dimmed, above and below that. */
  margin: number
  /** The part of the image that holds all of it; may reach over the image's edge. */
  box: Box
}

/** Neighbours are shown by this share of the line's own height. */
const MARGIN = 0.45
/** A baseline is followed in steps of this share of the line's height: finer would follow noise. */
const STEP = 0.8
/** A mask that reaches further than this many usual heights is no measure of the letters. */
const HIGHEST = 2.5

/**
 * The strip of a line.
 *
 * @param baseline two points or more; with fewer the middle of the mask stands for it.
 * @param mask outline of the line's ink; may be empty.
 * @param usual the usual height of lines of this page, in pixels; 0 where unknown.
 * @returns null where the line has neither baseline nor mask.
 */
export function stripOf(
  baseline: readonly Point[],
  mask: readonly Point[],
  usual: number,
): Strip | null {
  const path = upright(baseline.length > 1 ? baseline : middleOf(mask))
  const total = lengthOf(path)
  if (!total) return null
  const { above, below, before, after } = reach(path, mask, usual || total / 12)
  const height = above + below
  const around = Math.max(height * 0.15, 2)
  const slices = slicesOf(path, height * STEP, before + around, after + around)
  const last = slices.at(-1)
  const margin = height * MARGIN
  return {
    slices,
    length: last ? last.start + last.length : 0,
    above,
    below,
    margin,
    box: boxAround(slices, above + margin, below + margin),
  }
}

/** Letters stand on a baseline that runs to the right, or downwards: turn round one that does not. */
function upright(path: readonly Point[]): Point[] {
  const [first, last] = [path[0], path.at(-1)]
  if (!first || !last) return []
  const [dx, dy] = [last[0] - first[0], last[1] - first[1]]
  const backwards = Math.abs(dx) >= Math.abs(dy) ? dx < 0 : dy < 0
  return backwards ? [...path].reverse() : [...path]
}

function middleOf(mask: readonly Point[]): Point[] {
  const box = boxOf(mask)
  if (!box || mask.length < 3) return []
  const [left, top, right, bottom] = box
  // Two thirds down: where a baseline usually runs.
  const y = top + ((bottom - top) * 2) / 3
  return [
    [left, y],
    [right, y],
  ]
}

function lengthOf(path: readonly Point[]): number {
  return path.slice(1).reduce((sum, point, at) => sum + distance(path[at] ?? point, point), 0)
}

function distance([x, y]: Point, [toX, toY]: Point): number {
  return Math.hypot(toX - x, toY - y)
}

/** How far the mask reaches over the baseline on each side. */
function reach(path: readonly Point[], mask: readonly Point[], usual: number) {
  const found = { above: 0, below: 0, before: 0, after: 0 }
  for (const point of mask) {
    const { aside, along, end } = beside(path, point)
    // Only points beside the baseline tell heights; those beyond its ends tell lengths.
    if (end === 'before') found.before = Math.max(found.before, -along)
    else if (end === 'after') found.after = Math.max(found.after, along)
    found.above = Math.max(found.above, -aside)
    found.below = Math.max(found.below, aside)
  }
  const most = usual * HIGHEST
  const flat = found.above + found.below < 4
  return {
    above: flat ? usual * 0.75 : Math.min(Math.max(found.above, 2), most),
    below: flat ? usual * 0.3 : Math.min(Math.max(found.below, 2), most),
    before: Math.min(found.before, most),
    after: Math.min(found.after, most),
  }
}

/** Where a point lies beside a path: signed distance from its nearest piece, positive below. */
function beside(path: readonly Point[], point: Point) {
  let nearest = Number.POSITIVE_INFINITY
  let found: { aside: number; along: number; end: 'before' | 'after' | null } = {
    aside: 0,
    along: 0,
    end: null,
  }
  for (let at = 0; at + 1 < path.length; at++) {
    const [from, to] = [path[at], path[at + 1]]
    if (!from || !to) continue
    const long = distance(from, to)
    if (!long) continue
    const [ux, uy] = [(to[0] - from[0]) / long, (to[1] - from[1]) / long]
    const [px, py] = [point[0] - from[0], point[1] - from[1]]
    const along = px * ux + py * uy
    const aside = ux * py - uy * px
    const beyond = Math.max(0, -along, along - long)
    const away = Math.hypot(aside, beyond)
    if (away >= nearest) continue
    nearest = away
    const first = at === 0 && along < 0
    const last = at + 2 === path.length && along > long
    found = {
      aside,
      along: first ? along : last ? along - long : 0,
      end: first ? 'before' : last ? 'after' : null,
    }
  }
  return found
}

/** The path in equal steps, its ends drawn out straight. */
function slicesOf(path: Point[], step: number, before: number, after: number): Slice[] {
  const total = lengthOf(path)
  const count = path.length === 2 ? 1 : Math.max(1, Math.round(total / Math.max(step, 4)))
  const marks = Array.from({ length: count + 1 }, (_, n) => pointAt(path, (total * n) / count))
  const slices: Slice[] = []
  let start = 0
  for (let at = 0; at < count; at++) {
    const [from, to] = [marks[at], marks[at + 1]]
    if (!from || !to) continue
    const long = distance(from, to)
    const angle = Math.atan2(to[1] - from[1], to[0] - from[0])
    const [lead, tail] = [at === 0 ? before : 0, at === count - 1 ? after : 0]
    const moved: Point = [from[0] - Math.cos(angle) * lead, from[1] - Math.sin(angle) * lead]
    slices.push({ from: moved, angle, start, length: lead + long + tail })
    start += lead + long + tail
  }
  return slices
}

function pointAt(path: readonly Point[], along: number): Point {
  let left = along
  for (let at = 0; at + 1 < path.length; at++) {
    const [from, to] = [path[at], path[at + 1]]
    if (!from || !to) continue
    const long = distance(from, to)
    if (left <= long && long > 0) {
      const share = left / long
      return [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share]
    }
    left -= long
  }
  return path.at(-1) ?? [0, 0]
}

function boxAround(slices: readonly Slice[], above: number, below: number): Box {
  const corners = slices.flatMap(({ from, angle, length }) => {
    const [ux, uy] = [Math.cos(angle), Math.sin(angle)]
    return [0, length].flatMap((along) =>
      [-above, below].map(
        (aside): Point => [
          from[0] + ux * along - uy * aside,
          from[1] + uy * along + ux * aside,
        ],
      ),
    )
  })
  const [left, top, right, bottom] = boxOf(corners) ?? [0, 0, 0, 0]
  return [Math.floor(left), Math.floor(top), Math.ceil(right), Math.ceil(bottom)]
}

export interface Cut {
  /** Address of the piece of the image. */
  url: string
  /** Its left upper corner in the image, and pixels of the piece per pixel of the image. */
  left: number
  top: number
  share: number
}

/** Widths are asked for in steps of this many pixels, so that a resized window finds them again. */
const WIDTHS = 256

/**
 * Where the image server has what a strip shows.
 *
 * @param width in pixels of the screen that the box will take; never more than the image has is asked for.
 * @returns null where the box lies outside of the image.
 */
export function cutOf(
  base: string,
  image: { width: number; height: number },
  box: Box,
  width: number,
): Cut | null {
  const left = Math.max(0, box[0])
  const top = Math.max(0, box[1])
  const wide = Math.min(image.width, box[2]) - left
  const high = Math.min(image.height, box[3]) - top
  if (wide < 1 || high < 1) return null
  const wanted = Math.min(wide, Math.max(1, Math.ceil(width / WIDTHS)) * WIDTHS)
  const url = `${base}/${left},${top},${wide},${high}/${wanted},/0/default.jpg`
  return { url, left, top, share: wanted / wide }
}
