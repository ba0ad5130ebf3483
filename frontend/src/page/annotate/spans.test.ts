import { expect, test } from 'vitest'
import { piecesOf, rangeOf, spanOf } from './spans'

const rows = [
  { id: 7, text: 'En nom 𝔇ieu' },
  { id: 9, text: '' },
  { id: 8, text: 'amen amen' },
]

test('a selection is told in code points of its lines, without white ends', () => {
  expect(spanOf(rows, 2, 7)).toEqual({ start_line: 7, start: 3, end_line: 7, end: 6 })
  expect(spanOf(rows, 7, 18)).toEqual({ start_line: 7, start: 7, end_line: 8, end: 4 })
  expect(spanOf(rows, 6, 7)).toBeNull()
  expect(spanOf(rows, 3, 3)).toBeNull()
})

test('what was marked is found where it was, else nearby, else not', () => {
  const marked = { start_line: 7, start: 7, end_line: 8, end: 4, quote: '𝔇ieu\n\namen' }
  expect(rangeOf(rows, marked)).toEqual([7, 18])
  const amen = { start_line: 8, start: 5, end_line: 8, end: 9, quote: 'amen' }
  expect(rangeOf(rows, amen)).toEqual([19, 23])
  const longer = rows.with(2, { id: 8, text: 'amen, et amen' })
  expect(rangeOf(longer, amen)).toEqual([23, 27])
  expect(rangeOf(rows.with(2, { id: 8, text: 'finis' }), amen)).toBeNull()
  expect(rangeOf(rows.slice(0, 2), amen)).toBeNull()
})

test('a text is cut where marks begin and end', () => {
  const name = { id: 1, range: [3, 9] as const }
  const part = { id: 2, range: [5, 7] as const }
  expect(piecesOf('En nom Dieu', [part, name])).toEqual([
    { text: 'En ', marks: [] },
    { text: 'no', marks: [name] },
    { text: 'm ', marks: [name, part] },
    { text: 'Di', marks: [name] },
    { text: 'eu', marks: [] },
  ])
})
