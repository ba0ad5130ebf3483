import { expect, test } from 'vitest'
import {
  cutLine,
  cutRegion,
  directed,
  duplicated,
  joined,
  linked,
  linkedByPlace,
  moved,
  pointAdded,
  removed,
  reversed,
  spotsMoved,
  spotsRemoved,
  withLine,
} from './edits'
import { caught, shapeAt, snapTargets, spotAt, walkOf } from './finding'
import { difference, type Line, type Name, type Points, type Region, type Sheet } from './sheet'
import { rectangle } from './trace'

function line(id: number, y: number, more: Partial<Line> = {}): Line {
  const baseline: Points = [
    [0, y],
    [100, y],
  ]
  const mask = rectangle([0, y - 20], [100, y + 5])
  return { id, region: null, type: '', baseline, mask, direction: '', ...more }
}
function region(id: number, polygon: Points): Region {
  return { id, parent: null, kind: 'text', type: '', polygon, direction: '' }
}
const all = { lines: true, masks: false, regions: true }
const names = (...those: string[]) => new Set(those as Name[])
let next = 0
const newId = () => --next
const sheet: Sheet = {
  lines: [line(1, 30, { region: 7 }), line(2, 60, { region: 7 }), line(3, 200)],
  regions: [region(7, rectangle([-10, 0], [110, 100]))],
}
const baselines = (of: Sheet) => of.lines.map(({ baseline }) => baseline)

test('what is not chosen stays the same object', () => {
  const after = moved(sheet, names('line:2'), 3, -4)
  expect(after.lines[0]).toBe(sheet.lines[0])
  expect(after.lines[1]?.baseline).toEqual([
    [3, 56],
    [103, 56],
  ])
  expect(after.lines[1]?.mask[0]).toEqual([3, 36])
  expect(reversed(sheet, names('line:1')).lines[0]?.baseline[0]).toEqual([100, 30])
})

test('lines of a region that is deleted stay on the page', () => {
  const after = removed(sheet, names('region:7', 'line:2'))
  expect(after.regions).toEqual([])
  expect(after.lines.map(({ id, region }) => [id, region])).toEqual([
    [1, null],
    [3, null],
  ])
})

test('a cut gives both parts their piece of the mask', () => {
  const cut = cutLine(sheet, 2, [41, 63], newId)
  expect(cut?.share).toBeCloseTo(0.41)
  const [, left, right] = cut?.sheet.lines ?? []
  expect([left?.id, right?.id]).toEqual([2, cut?.made])
  expect(left?.baseline).toEqual([
    [0, 60],
    [41, 60],
  ])
  expect(right?.baseline).toEqual([
    [41, 60],
    [100, 60],
  ])
  expect(Math.max(...(left?.mask ?? []).map(([x]) => x))).toBe(41)
  expect(Math.min(...(right?.mask ?? []).map(([x]) => x))).toBe(41)
  expect(right?.region).toBe(7)
  expect(cutLine(sheet, 2, [-5, 60], newId)).toBeNull()
})

test('a region is cut along a knife, and its lines go to their part', () => {
  const cut = cutRegion(
    sheet,
    7,
    [
      [-20, 45],
      [200, 45],
    ],
    newId,
  )
  const [upper, lower] = cut?.sheet.regions ?? []
  expect([upper?.id, lower?.id]).toEqual([7, cut?.made])
  const home = new Set(cut?.sheet.lines.map((one) => one.region))
  expect(home).toEqual(new Set([7, cut?.made, null]))
  expect(
    cutRegion(
      sheet,
      7,
      [
        [-20, 45],
        [50, 45],
      ],
      newId,
    ),
  ).toBeNull()
})

test('lines are joined in reading order into the first of them', () => {
  const found = joined(sheet, names('line:2', 'line:1'))
  expect(found?.kept).toBe(1)
  expect(found?.sheet.lines.map(({ id }) => id)).toEqual([1, 3])
  expect(found?.sheet.lines[0]?.baseline).toEqual([
    [0, 30],
    [100, 30],
    [0, 60],
    [100, 60],
  ])
  expect(found?.sheet.lines[0]?.mask).toHaveLength(4)
  expect(joined(sheet, names('line:1', 'region:7'))).toBeNull()
})

test('a new line goes into the region and the place that it is drawn in', () => {
  const drawn = withLine(sheet, line(9, 45))
  expect(drawn.lines.map(({ id }) => id)).toEqual([1, 9, 2, 3])
  expect(drawn.lines[1]?.region).toBe(7)
  expect(withLine(sheet, line(9, 10)).lines.map(({ id }) => id)).toEqual([9, 1, 2, 3])
  expect(withLine(sheet, line(9, 300)).lines.at(-1)?.region).toBeNull()
})

test('lines are linked to a region, or to the one that they lie in', () => {
  const into = linked(sheet, names('line:3'), 7)
  expect(into.lines.map(({ id, region }) => [id, region])).toEqual([
    [1, 7],
    [2, 7],
    [3, 7],
  ])
  const free = linked(sheet, names('line:1'), null)
  expect(free.lines.map(({ id }) => id)).toEqual([2, 1, 3])
  expect(linkedByPlace(free, names('line:1', 'line:3')).lines.map((one) => one.region)).toEqual(
    [7, 7, null],
  )
})

test('a copy follows its original', () => {
  const { sheet: after, names: made } = duplicated(sheet, names('line:1'), newId)
  expect(after.lines.map(({ id }) => `line:${id}`)).toEqual([
    'line:1',
    made[0],
    'line:2',
    'line:3',
  ])
  expect(after.lines[1]?.baseline[0]).toEqual([13, 43])
})

test('points are moved, added and removed; a line keeps two', () => {
  const spot = { name: 'line:1' as Name, part: 'baseline' as const, index: 1 }
  expect(spotsMoved(sheet, [spot], 5, 5).lines[0]?.baseline[1]).toEqual([105, 35])
  const added = pointAdded(sheet, 'line:1', 'baseline', [50, 33])
  expect(added?.index).toBe(1)
  expect(added?.sheet.lines[0]?.baseline).toEqual([
    [0, 30],
    [50, 30],
    [100, 30],
  ])
  expect(spotsRemoved(added?.sheet ?? sheet, [spot]).lines[0]?.baseline).toHaveLength(2)
  expect(baselines(spotsRemoved(sheet, [spot]))).toEqual(baselines(sheet))
})

test('a place names the nearest baseline, a border, then what it lies in', () => {
  expect(shapeAt(sheet, [50, 33], 5, all)).toBe('line:1')
  expect(shapeAt(sheet, [50, 46], 5, all)).toBe('line:2') // in its mask
  expect(shapeAt(sheet, [105, 99], 5, all)).toBe('region:7')
  expect(shapeAt(sheet, [50, 80], 5, all)).toBe('region:7') // inside
  expect(shapeAt(sheet, [50, 80], 5, { ...all, regions: false })).toBeNull()
  expect(spotAt(sheet, names('line:1'), [98, 31], 5, all)?.index).toBe(1)
  expect(spotAt(sheet, names('line:2'), [98, 31], 5, all)).toBeNull()
})

test('a lasso catches lines whole or in part, and regions only whole', () => {
  const whole = caught(sheet, rectangle([-5, 20], [105, 70]), all)
  expect(whole.names).toEqual(['line:1', 'line:2'])
  expect(whole.whole).toBe(true)
  const part = caught(sheet, rectangle([90, 20], [105, 70]), all)
  expect(part.spots.map(({ name, index }) => `${name}/${index}`)).toEqual([
    'line:1/1',
    'line:2/1',
  ])
  expect(part.whole).toBe(false)
})

test('a direction is given to lines and regions, as a step that says nothing else', () => {
  const after = directed(sheet, names('region:7', 'line:2'), 'vertical-rl')
  expect(difference('direct', sheet, after).changes).toEqual([
    { name: 'region:7', before: { direction: '' }, after: { direction: 'vertical-rl' } },
    { name: 'line:2', before: { direction: '' }, after: { direction: 'vertical-rl' } },
  ])
})

test('regions are walked with their lines, free lines last', () => {
  expect(walkOf(sheet)).toEqual(['region:7', 'line:1', 'line:2', 'line:3'])
})

test('what is drawn may snap to ends of other lines and to borders close by', () => {
  const { ends, borders } = snapTargets(sheet, names('line:1'), [108, 50], 5)
  expect(ends).toEqual([
    [0, 60],
    [100, 60],
    [0, 200],
    [100, 200],
  ])
  expect(borders).toHaveLength(1)
  expect(snapTargets(sheet, names(), [300, 300], 5).borders).toEqual([])
})
