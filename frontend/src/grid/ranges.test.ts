import { expect, test } from 'vitest'
import { written } from './ranges'

test('neighbours become ranges, counted from 1', () => {
  expect(written([24, 0, 1, 2, 3])).toBe('1-4,25')
  expect(written([7])).toBe('8')
  expect(written([4, 4, 5])).toBe('5-6')
  expect(written([])).toBe('')
})
