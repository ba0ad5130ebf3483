import { expect, test } from 'vitest'
import { baselineOf, inkOn, maskOf, regionFeature, veilOf } from './scene'

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
  const drawn = baselineOf(line)
  expect(baselineOf({ ...line, id: 5, baseline: [] })).toBeNull()
  expect(drawn?.getId()).toBe(4)
  expect(drawn?.getGeometry()?.getExtent()).toEqual([1, -4, 3, -2])
  expect(maskOf(line)).toBeNull()
  const region = { id: 1, label: 'MainZone', colour: '#0072b2', polygon: [] }
  expect(regionFeature(region)).toBeNull()
})

test('the veil leaves a hole where the line is, and its rings are closed', () => {
  const mask = [
    [10, 10],
    [90, 10],
    [90, 30],
    [10, 30],
  ] as const
  const page = [
    [0, 0],
    [100, 0],
    [100, 100],
    [0, 100],
  ] as const
  const veil = veilOf({ id: 1, baseline: [], mask }, page).getGeometry()
  expect(veil?.intersectsCoordinate([50, -20])).toBe(false)
  expect(veil?.intersectsCoordinate([50, -60])).toBe(true)
  for (const ring of veil?.getCoordinates() ?? []) expect(ring.at(-1)).toEqual(ring[0])
})
