import { expect, test } from 'vitest'
import { boxOf, flip, lineHeight } from './shapes'

test('flipping turns y round and leaves x', () => {
  expect(flip([[3, 4]])).toEqual([[3, -4]])
})

test('the box holds all points, and there is none without points', () => {
  expect(
    boxOf([
      [5, 9],
      [1, 12],
      [7, 2],
    ]),
  ).toEqual([1, 2, 7, 12])
  expect(boxOf([])).toBeNull()
})

test('the line height is the middle one, so that one odd mask does not count', () => {
  const mask = (height: number) =>
    [
      [0, 0],
      [100, height],
    ] as const
  expect(lineHeight([mask(30), mask(900), mask(34), []])).toBe(34)
  expect(lineHeight([])).toBe(0)
})
