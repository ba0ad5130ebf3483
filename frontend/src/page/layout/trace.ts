/** Geometry of what is drawn on a page: nearness, crossings, simpler lines. Pixels, y downwards. Pure. */
import { boxOf, type Point } from '../shapes'
import type { Points } from './sheet'

export function distance([ax, ay]: Point, [bx, by]: Point): number {
  return Math.hypot(ax - bx, ay - by)
}

export function rounded([x, y]: Point): Point {
  return [Math.round(x), Math.round(y)]
}

export function shifted(points: Points, dx: number, dy: number): Points {
  return points.map(([x, y]) => [x + dx, y + dy])
}

/** A place on a polyline. */
export interface Foot {
  /** Of the point before it. */
  index: number
  point: Point
  distance: number
  /** How far along, from 0 to 1 of the whole length. */
  share: number
}

/** The place of a polyline that is nearest to a point; null where there is no line. */
export function nearest(points: Points, at: Point, closed = false): Foot | null {
  const ring = closed && points.length > 1 ? [...points, ...points.slice(0, 1)] : points
  const total = length(ring)
  let best: Foot | null = null
  let gone = 0
  for (const [index, start] of ring.entries()) {
    const end = ring[index + 1]
    if (!end) break
    const [t, point] = footOn(start, end, at)
    const away = distance(point, at)
    const along = distance(start, end)
    if (!best || away < best.distance)
      best = { index, point, distance: away, share: total ? (gone + t * along) / total : 0 }
    gone += along
  }
  return best
}

function footOn([ax, ay]: Point, [bx, by]: Point, [x, y]: Point): [number, Point] {
  const [dx, dy] = [bx - ax, by - ay]
  const square = dx * dx + dy * dy
  const t = square ? Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / square)) : 0
  return [t, [ax + t * dx, ay + t * dy]]
}

export function length(points: Points): number {
  return points
    .slice(1)
    .reduce((sum, point, at) => sum + distance(points[at] ?? point, point), 0)
}

/** Whether a point lies inside a polygon (even-odd rule). */
export function isInside(polygon: Points, [x, y]: Point): boolean {
  let inside = false
  for (const [at, [ax, ay]] of polygon.entries()) {
    const [bx, by] = polygon[(at + 1) % polygon.length] ?? [ax, ay]
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside
  }
  return inside
}

export function area(polygon: Points): number {
  return Math.abs(
    polygon.reduce((sum, [ax, ay], at) => {
      const [bx, by] = polygon[(at + 1) % polygon.length] ?? [ax, ay]
      return sum + ax * by - bx * ay
    }, 0) / 2,
  )
}

/** The middle of the box around the points. */
export function middle(points: Points): Point | null {
  const box = boxOf(points)
  return box && [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2]
}

/**
 * The polyline with as few points as keep it within `tolerance` pixels of itself
 * (Douglas and Peucker, 1973).
 */
export function simplify(points: Points, tolerance: number): Points {
  const [first] = points
  const last = points.at(-1)
  if (points.length < 3 || !first || !last) return points
  let [worst, at] = [0, 0]
  for (const [index, point] of points.entries()) {
    const away = distance(footOn(first, last, point)[1], point)
    if (away > worst) [worst, at] = [away, index]
  }
  if (worst <= tolerance) return [first, last]
  return [
    ...simplify(points.slice(0, at + 1), tolerance).slice(0, -1),
    ...simplify(points.slice(at), tolerance),
  ]
}

/** Where two segments cross, as the share of the first one; null if they do not. */
export function crossing(
  [[ax, ay], [bx, by]]: readonly [Point, Point],
  [[cx, cy], [dx, dy]]: readonly [Point, Point],
): number | null {
  const across = (bx - ax) * (dy - cy) - (by - ay) * (dx - cx)
  if (!across) return null
  const t = ((cx - ax) * (dy - cy) - (cy - ay) * (dx - cx)) / across
  const u = ((cx - ax) * (by - ay) - (cy - ay) * (bx - ax)) / across
  return t >= 0 && t <= 1 && u >= 0 && u <= 1 ? t : null
}

/** Where a polyline meets a knife: the index of the point before it, and the place; in order. */
export function crossings(
  points: Points,
  knife: readonly [Point, Point],
): { index: number; point: Point }[] {
  return points.slice(1).flatMap((end, index) => {
    const start = points[index] ?? end
    const t = crossing([start, end], knife)
    if (t === null) return []
    return [
      {
        index,
        point: rounded([
          start[0] + t * (end[0] - start[0]),
          start[1] + t * (end[1] - start[1]),
        ]),
      },
    ]
  })
}

/** A polygon in two along a knife that goes right through it; null where it does not. */
export function parted(
  polygon: Points,
  knife: readonly [Point, Point],
): [Points, Points] | null {
  const found = crossings([...polygon, ...polygon.slice(0, 1)], knife)
  const [enter, leave] = found
  if (!enter || !leave || found.length !== 2 || enter.index === leave.index) return null
  const one = [enter.point, ...polygon.slice(enter.index + 1, leave.index + 1), leave.point]
  const other = [
    leave.point,
    ...polygon.slice(leave.index + 1),
    ...polygon.slice(0, enter.index + 1),
    enter.point,
  ]
  return area(one) && area(other) ? [one, other] : null
}

/** A knife across a line at a place of it, as long as `reach` on both sides. */
export function knifeAt(baseline: Points, foot: Foot, reach: number): [Point, Point] {
  const start = baseline[foot.index] ?? foot.point
  const end = baseline[foot.index + 1] ?? foot.point
  const along = distance(start, end) || 1
  const [nx, ny] = [-(end[1] - start[1]) / along, (end[0] - start[0]) / along]
  const [x, y] = foot.point
  return [
    [x - nx * reach, y - ny * reach],
    [x + nx * reach, y + ny * reach],
  ]
}

/** The corners of a rectangle between two points. */
export function rectangle([ax, ay]: Point, [bx, by]: Point): Points {
  return [
    [ax, ay],
    [bx, ay],
    [bx, by],
    [ax, by],
  ]
}

/** The smallest convex polygon around the points (Andrew's chain, 1979). */
export function hull(points: Points): Points {
  const sorted = [...points].sort(([ax, ay], [bx, by]) => ax - bx || ay - by)
  const half = (those: Points) => {
    const chain: Point[] = []
    for (const point of those) {
      while (chain.length > 1 && turn(chain.at(-2), chain.at(-1), point) <= 0) chain.pop()
      chain.push(point)
    }
    return chain.slice(0, -1)
  }
  return sorted.length < 3 ? sorted : [...half(sorted), ...half(sorted.toReversed())]
}

function turn(a: Point | undefined, b: Point | undefined, c: Point): number {
  if (!a || !b) return 0
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
}

/** The nearest of some places that lies within reach of a point, else the point itself. */
export function snapped(
  at: Point,
  reach: number,
  ends: Iterable<Point>,
  borders: Iterable<Points>,
): Point {
  let best: { point: Point; away: number } | null = null
  for (const end of ends) {
    const away = distance(end, at)
    if (away <= reach && (!best || away < best.away)) best = { point: end, away }
  }
  if (best) return best.point // an end goes before a border
  for (const border of borders) {
    const foot = nearest(border, at, true)
    if (foot && foot.distance <= reach && (!best || foot.distance < best.away))
      best = { point: rounded(foot.point), away: foot.distance }
  }
  return best?.point ?? at
}
