import { expect, test } from 'vitest'
import {
  corners,
  doubtfulIds,
  inGroups,
  keepSame,
  type ListedLine,
  listedLines,
  withLocal,
} from './present'
import type { Waiting } from './queue'
import type { WholePage } from './read'

function line(id: number, direction = '') {
  const shape = { key: `l${id}`, region: null, position: id, type: '', baseline: [], mask: [] }
  return { id, direction, version: 1, ...shape }
}
function text(of: number, more = {}) {
  const by = { author: null, model: 'm', updated_at: '' }
  const sure = { confidence: 0.9, confidences: 'AA==' }
  return {
    layer: 2,
    line: of,
    content: `t${of}`,
    version: 1,
    checked: false,
    ...sure,
    ...by,
    ...more,
  }
}
const page = {
  direction: 'horizontal-lr',
  regions: [],
  lines: [line(1), line(2, 'horizontal-rl'), line(3)],
  texts: [text(1, { checked: true }), text(2, { confidence: 0.4 }), { ...text(1), layer: 9 }],
} as unknown as WholePage

test('lines show the texts of their layer, and may have none', () => {
  const [first, second, third] = listedLines(page, 2)
  expect(first).toMatchObject({ number: 1, text: 't1', checked: true, dir: 'auto', version: 1 })
  expect(second).toMatchObject({ confidence: 0.4, dir: 'rtl' })
  expect(third).toMatchObject({ text: null, version: 0, checked: false, unsent: false })
  expect(doubtfulIds(listedLines(page, 2))).toEqual([2])
})

test('what waits here goes before what is known, and that before what was read', () => {
  const known = { version: 2, content: 'stored', checked: true, at: '' }
  const waiting: Waiting = {
    ...{ page: 1, layer: 2, line: 2, content: 'typed', checked: false },
    ...{ base: known, rival: null },
  }
  const second = listedLines(page, 2)[1] as ListedLine
  expect(withLocal(second, undefined, known)).toMatchObject({
    text: 'stored',
    checked: true,
    version: 2,
    confidences: null,
  })
  expect(withLocal(second, undefined, { ...known, version: 1 })).toBe(second)
  expect(withLocal(second, waiting, known)).toMatchObject({
    text: 'typed',
    version: 2,
    unsent: true,
    rivalled: false,
  })
})

test('lines that have not changed stay the same objects', () => {
  const before = listedLines(page, 2)
  const other = {
    ...page,
    texts: [text(1, { version: 5, content: 'new' }), text(2, { confidence: 0.4 })],
  }
  const after = keepSame(before, listedLines(other, 2))
  expect(after[0]).not.toBe(before[0])
  expect(after[1]).toBe(before[1])
})

test('of groups of lines only that with a changed line is a new one', () => {
  const line = listedLines(page, 2)[0]
  if (!line) throw new Error('the page has lines')
  const lines = Array.from({ length: 120 }, (_, n) => ({ ...line, id: n + 1 }))
  const before = inGroups(lines)
  expect(before.map((group) => group.length)).toEqual([50, 50, 20])
  const after = inGroups(lines.with(60, { ...line, id: 61, text: 'new' }), before)
  expect(after[0]).toBe(before[0])
  expect(after[1]?.[10]?.text).toBe('new')
  expect(after[2]).toBe(before[2])
  expect(inGroups([])).toEqual([])
})

test('a closed polygon is changed without the point that closes it', () => {
  const open = [
    [0, 0],
    [9, 0],
    [9, 9],
  ]
  expect(corners([...open, [0, 0]])).toEqual(open)
  expect(corners(open)).toEqual(open)
  expect(corners([])).toEqual([])
})
