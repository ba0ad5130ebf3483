/** Points and shapes on a page image. Pixels of the upright full-size image, y downwards. */
export type Point = readonly [x: number, y: number]
export type Box = readonly [left: number, top: number, right: number, bottom: number]

/** OpenLayers counts y upwards; this is the only place that turns it round. */
export function flip(points: readonly Point[]): [number, number][] {
  return points.map(([x, y]) => [x, -y])
}

/** The smallest upright box around the points, or null where there is none. */
export function boxOf(points: readonly Point[]): Box | null {
  const [first] = points
  if (!first) return null
  let [left, top] = first
  let [right, bottom] = first
  for (const [x, y] of points) {
    left = Math.min(left, x)
    right = Math.max(right, x)
    top = Math.min(top, y)
    bottom = Math.max(bottom, y)
  }
  return [left, top, right, bottom]
}

const boxes = new WeakMap<readonly Point[], Box | null>()

/** `boxOf`, kept: lists of points never change. */
export function boxFor(points: readonly Point[]): Box | null {
  const kept = boxes.get(points)
  if (kept !== undefined) return kept
  const box = boxOf(points)
  boxes.set(points, box)
  return box
}

/** The middle one of the heights of the masks, or of the distances where there are none; 0 without lines. */
export function lineHeight(masks: readonly (readonly Point[])[]): number {
  const heights = masks
    .map(boxFor)
    .filter((box) => box !== null)
    .map(([, top, , bottom]) => bottom - top)
    .sort((a, b) => a - b)
  return heights[Math.floor(heights.length / 2)] ?? 0
}
