import { expect, test } from 'vitest'
import type { Point } from './shapes'
import { cutOf, stripOf } from './strip'

const MASK: Point[] = [
  [100, 70],
  [500, 70],
  [500, 110],
  [100, 110],
]

test('a straight line is one slice, as high as its mask, with some of its neighbours', () => {
  const strip = stripOf(
    [
      [100, 100],
      [500, 100],
    ],
    MASK,
    40,
  )
  expect(strip?.slices).toHaveLength(1)
  expect(strip).toMatchObject({ above: 30, below: 10, margin: 18 })
  // 400 pixels, and a little on both sides.
  expect(strip?.length).toBeCloseTo(412)
  expect(strip?.box).toEqual([94, 52, 506, 128])
})

test('a line that climbs is turned', () => {
  const strip = stripOf(
    [
      [0, 100],
      [100, 0],
    ],
    [],
    20,
  )
  expect(strip?.slices[0]?.angle).toBeCloseTo(-Math.PI / 4)
  expect(strip?.length).toBeCloseTo(100 * Math.SQRT2 + 2 * 21 * 0.15)
})

test('a curved line is cut into slices that follow it, and is as long as its curve', () => {
  const radius = 1000
  const arc = Array.from({ length: 21 }, (_, n): Point => {
    const angle = ((n - 10) / 20) * (Math.PI / 3)
    return [1000 + radius * Math.sin(angle), 1200 - radius * Math.cos(angle)]
  })
  const strip = stripOf(arc, [], 50)
  const angles = strip?.slices.map(({ angle }) => angle) ?? []
  expect(angles.length).toBeGreaterThan(15)
  expect(angles).toEqual([...angles].sort((a, b) => a - b)) // it bends one way only
  const around = 2 * 50 * 1.05 * 0.15
  expect(strip?.length).toBeCloseTo((radius * Math.PI) / 3 + around, -1)
  // Each slice begins where the one before it ends.
  for (const [at, slice] of (strip?.slices ?? []).entries()) {
    const before = strip?.slices[at - 1]
    if (before) expect(slice.start).toBeCloseTo(before.start + before.length)
  }
})

test('letters do not stand on their heads where a baseline was drawn from right to left', () => {
  const strip = stripOf(
    [
      [500, 100],
      [100, 100],
    ],
    MASK,
    40,
  )
  expect(strip?.slices[0]?.angle).toBe(0)
  expect(strip?.above).toBe(30)
})

test('without a baseline the mask says where the line is; without both there is no strip', () => {
  expect(stripOf([], MASK, 0)?.box[1]).toBeLessThan(70)
  expect(stripOf([], [], 40)).toBeNull()
  expect(stripOf([[3, 3]], [], 40)).toBeNull()
})

test('a mask that swallowed its neighbours does not make the strip higher than a few lines', () => {
  const tall: Point[] = [
    [100, -900],
    [500, -900],
    [500, 900],
    [100, 900],
  ]
  const strip = stripOf(
    [
      [100, 100],
      [500, 100],
    ],
    tall,
    40,
  )
  expect(strip).toMatchObject({ above: 100, below: 100 })
})

test('the piece of the image stays inside it and is not asked for larger than it is', () => {
  const image = { width: 600, height: 800 }
  expect(cutOf('/iiif/1', image, [-20, 700, 300, 900], 5000)).toEqual({
    url: '/iiif/1/0,700,300,100/300,/0/default.jpg',
    left: 0,
    top: 700,
    share: 1,
  })
  expect(cutOf('/iiif/1', image, [0, 0, 600, 100], 200)?.url).toContain('/256,/')
  expect(cutOf('/iiif/1', image, [700, 0, 900, 100], 200)).toBeNull()
})
