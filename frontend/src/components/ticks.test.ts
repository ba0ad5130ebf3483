import { expect, test } from 'vitest'
import { sparse, ticks } from './ticks'

test.each([
  [0.07, [0, 0.02, 0.04, 0.06, 0.08]],
  [10, [0, 5, 10]],
  [137, [0, 50, 100, 150]],
  [0, [0, 1]],
])('an axis up to %d has round values', (most, values) => {
  expect(ticks(most)).toEqual(values)
})

test('of many values some are shown, the first among them', () => {
  expect(sparse([1, 2, 3, 4, 5, 6, 7], 3)).toEqual([1, 4, 7])
})
