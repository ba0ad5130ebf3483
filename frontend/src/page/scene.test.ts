import { expect, test } from 'vitest'
import { baselinesOf, inkOn, masksOf, regionsOf } from './scene'

test('labels are black on light colours and white on dark ones', () => {
  expect(inkOn('#e69f00')).toBe('#111')
  expect(inkOn('#cc79a7')).toBe('#111')
  expect(inkOn('#0072b2')).toBe('#fff')
  expect(inkOn('#000000')).toBe('#fff')
})

test('what has too few points is not drawn, and y points upwards', () => {
  const line = {
    id: 4,
    baseline: [
      [1, 2],
      [3, 4],
    ] as const,
    mask: [],
  }
  const [drawn] = baselinesOf([line, { ...line, id: 5, baseline: [] }])
  expect(baselinesOf([line])).toHaveLength(1)
  expect(drawn?.getId()).toBe(4)
  expect(drawn?.getGeometry()?.getExtent()).toEqual([1, -4, 3, -2])
  expect(masksOf([line])).toHaveLength(0)
  expect(
    regionsOf([{ id: 1, label: 'MainZone', colour: '#0072b2', polygon: [] }]),
  ).toHaveLength(0)
})
