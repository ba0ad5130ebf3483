import { expect, test } from 'vitest'
import { joinTexts, splitText } from './splitting'
import type { Points } from './sheet'
import {
  crossing,
  hull,
  isInside,
  nearest,
  parted,
  rectangle,
  simplify,
  snapped,
} from './trace'

test('the nearest place of a line, and how far along it is', () => {
  const bent: Points = [
    [0, 0],
    [30, 0],
    [30, 10],
  ]
  expect(nearest(bent, [31, 5])).toMatchObject({ index: 1, point: [30, 5], distance: 1 })
  expect(nearest(bent, [31, 5])?.share).toBeCloseTo(35 / 40)
  expect(nearest(rectangle([0, 0], [10, 10]), [-2, 5], true)).toMatchObject({ index: 3 })
  expect(nearest([[1, 1]], [0, 0])).toBeNull()
})

test('a stroke is made of as few points as keep to it', () => {
  const stroke: Points = Array.from({ length: 101 }, (_, x) => [
    x,
    x < 50 ? 0.4 * (x % 2) : x - 50,
  ])
  const simple = simplify(stroke, 1)
  expect(simple).toHaveLength(3)
  expect(simple[0]).toEqual(stroke[0])
  expect(simple.at(-1)).toEqual(stroke.at(-1))
  for (const point of stroke) expect(nearest(simple, point)?.distance).toBeLessThanOrEqual(1)
})

test('polygons', () => {
  const square = rectangle([0, 0], [10, 10])
  expect(isInside(square, [5, 5])).toBe(true)
  expect(isInside(square, [15, 5])).toBe(false)
  expect(
    parted(square, [
      [4, -5],
      [4, 15],
    ])?.map((part) => part.length),
  ).toEqual([4, 4])
  expect(
    parted(square, [
      [4, 5],
      [4, 15],
    ]),
  ).toBeNull()
  expect(hull([...square, [5, 5]])).toHaveLength(4)
  expect(
    crossing(
      [
        [0, 0],
        [10, 0],
      ],
      [
        [5, -5],
        [5, 5],
      ],
    ),
  ).toBe(0.5)
  expect(
    crossing(
      [
        [0, 0],
        [10, 0],
      ],
      [
        [0, 1],
        [10, 1],
      ],
    ),
  ).toBeNull()
})

test('an end goes before a border, and nothing beyond reach', () => {
  const border = rectangle([0, 0], [100, 100])
  expect(snapped([98, 50], 5, [], [border])).toEqual([100, 50])
  expect(snapped([98, 50], 5, [[96, 53]], [border])).toEqual([96, 53])
  expect(snapped([90, 50], 5, [[50, 50]], [border])).toEqual([90, 50])
})

test('a text is cut at the nearest character, or at a space close by', () => {
  expect(splitText('En nom de Dieu', 0.5)).toEqual(['En nom', 'de Dieu'])
  expect(splitText('abcdefghij', 0.31)).toEqual(['abc', 'defghij'])
  expect(splitText('e\u0301e\u0301e\u0301e\u0301', 0.5)).toEqual([
    'e\u0301e\u0301',
    'e\u0301e\u0301',
  ])
  expect(splitText('', 0.5)).toEqual(['', ''])
  expect(joinTexts(['En nom ', null, 'de'])).toBe('En nom de')
  expect(joinTexts([null, null])).toBeNull()
})
