import { expect, test } from 'vitest'
import {
  apply,
  difference,
  inverse,
  isEmpty,
  type Line,
  type Name,
  type Region,
  renamed,
  type Sheet,
  strangers,
} from './sheet'

function line(id: number, more: Partial<Line> = {}): Line {
  const baseline = [
    [0, id * 10],
    [100, id * 10],
  ] as const
  return { id, region: null, type: '', baseline, mask: [], direction: '', ...more }
}
function region(id: number): Region {
  const polygon = [
    [0, 0],
    [200, 0],
    [200, 200],
  ] as const
  return { id, parent: null, kind: 'text', type: 'MainZone', polygon, direction: '' }
}
const [first, second] = [line(1), line(2)]
const before: Sheet = { lines: [first, second, line(3, { region: 7 })], regions: [region(7)] }

test('a step names what has changed only, and its inverse undoes it', () => {
  const after: Sheet = {
    lines: [line(-5), { ...second, type: 'DefaultLine' }, first],
    regions: [],
  }
  const step = difference('join', before, after)
  expect(step.changes.map(({ name }) => name).sort()).toEqual([
    'line:-5',
    'line:2',
    'line:3',
    'region:7',
  ])
  expect(step.changes.find(({ name }) => name === 'line:2')).toEqual({
    name: 'line:2',
    before: { type: '' },
    after: { type: 'DefaultLine' },
  })
  expect(step.order).toEqual({ before: [1, 2, 3], after: [-5, 2, 1] })
  expect(apply(before, step)).toEqual(after)
  expect(apply(after, inverse(step))).toEqual(before)
  expect(isEmpty(difference('move', before, { ...before }))).toBe(true)
})

test('lines of a region that goes stand free', () => {
  const step = difference('remove', before, { lines: before.lines, regions: [] })
  expect(apply(before, step).lines[2]?.region).toBeNull()
})

test('a step does not fit where somebody else was there since; new masks do not count', () => {
  const moved = {
    ...first,
    baseline: [
      [5, 5],
      [9, 5],
    ] as const,
    mask: [[1, 1]] as const,
  }
  const after = { ...before, lines: [moved, ...before.lines.slice(1)] }
  const undo = inverse(difference('move', before, after))
  const remasked = { ...moved, mask: [[2, 2]] as const }
  const elsewhere = {
    ...moved,
    baseline: [
      [6, 6],
      [9, 5],
    ] as const,
  }
  const now = (one: Line) => ({ ...after, lines: [one, ...after.lines.slice(1)] })
  expect(strangers(now(remasked), undo)).toEqual([])
  expect(strangers(now(elsewhere), undo)).toEqual(['line:1'])
  expect(strangers({ ...after, lines: after.lines.slice(1) }, undo)).toEqual(['line:1'])
})

test('a step is told in the names that the server gives', () => {
  const after = {
    lines: [...before.lines, line(-5, { region: -6 })],
    regions: [...before.regions, region(-6)],
  }
  const text = { line: -5, layer: 2, before: null, after: 'En' }
  const names = new Map<Name, Name>([
    ['line:-5', 'line:40'],
    ['region:-6', 'region:41'],
  ])
  const step = renamed(difference('draw', before, after, [text]), names)
  expect(step.changes.map(({ name }) => name)).toEqual(['region:41', 'line:40'])
  expect(step.changes[1]?.after?.region).toBe(41)
  expect(step.order?.after).toEqual([1, 2, 3, 40])
  expect(step.texts[0]?.line).toBe(40)
})
