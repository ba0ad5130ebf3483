import { expect, test } from 'vitest'
import type { Line, Points, Sheet } from '../layout/sheet'
import { rectangle } from '../layout/trace'
import { byPlace, clickedNext, movedBy, movedTo, regionByPlace } from './order'

test('lines are moved together and keep their order among themselves', () => {
  const order = [1, 2, 3, 4, 5]
  expect(movedTo(order, new Set([4, 2]), 0)).toEqual([2, 4, 1, 3, 5])
  expect(movedTo(order, new Set([2]), 4)).toEqual([1, 3, 4, 2, 5])
  expect(movedBy(order, new Set([2, 3]), 1)).toEqual([1, 4, 2, 3, 5])
  expect(movedBy(order, new Set([2]), -1)).toEqual([2, 1, 3, 4, 5])
  expect(movedBy(order, new Set([1]), -1)).toEqual(order)
  expect(movedBy(order, new Set([5]), 1)).toEqual(order)
})

test('lines clicked in turn follow each other', () => {
  let order = [1, 2, 3, 4]
  const clicked: number[] = []
  for (const id of [3, 1, 4]) {
    order = clickedNext(order, clicked, id)
    clicked.push(id)
  }
  expect(order).toEqual([2, 3, 1, 4])
})

function line(id: number, x: number, y: number, region: number | null): Line {
  const baseline: Points = [
    [x, y],
    [x + 40, y],
  ]
  const mask = rectangle([x, y - 15], [x + 40, y + 5])
  return { id, region, type: '', baseline, mask, direction: '' }
}
const region = (id: number, polygon: Points) => ({
  ...{ id, parent: null, kind: 'text', type: '', polygon, direction: '' },
})
/** A title over two columns; a line of the left one in two pieces; a free line below. */
const page: Sheet = {
  lines: [
    line(6, 60, 60, 2),
    line(9, 30, 200, null),
    line(4, 0, 90, 1),
    line(3, 44, 61, 1),
    line(2, 0, 60, 1),
    line(1, 20, 20, 3),
    line(7, 60, 90, 2),
  ],
  regions: [
    region(1, rectangle([0, 40], [55, 100])),
    region(2, rectangle([58, 40], [120, 100])),
    region(3, rectangle([0, 0], [120, 30])),
  ],
}

test('by place: the title, column by column, in each row by row', () => {
  expect(byPlace(page, 'horizontal-lr')).toEqual([1, 2, 3, 4, 6, 7, 9])
  expect(byPlace(page, 'horizontal-rl')).toEqual([1, 6, 7, 3, 2, 4, 9])
})

test('vertical writing goes from the right to the left', () => {
  const columns: Sheet = {
    lines: [10, 60, 35].map((x, id) => ({
      ...line(id, 0, 0, null),
      baseline: [
        [x, 0],
        [x, 80],
      ] as const,
      mask: rectangle([x - 10, 0], [x + 10, 80]),
    })),
    regions: [],
  }
  expect(byPlace(columns, 'vertical-rl')).toEqual([1, 2, 0])
  expect(byPlace(columns, 'vertical-lr')).toEqual([0, 2, 1])
})

test('one region is ordered, the others keep their places', () => {
  expect(regionByPlace(page, 1, 'horizontal-lr')).toEqual([6, 9, 2, 3, 4, 1, 7])
})
