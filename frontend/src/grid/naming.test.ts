import { expect, test } from 'vitest'
import { named, troubled } from './naming'

const pages = ['a.jpg', 'b.tar.gz', '.hidden']
const first = { from: 1, verso: false }

test('pages are counted, with leading zeros if wanted', () => {
  expect(named('p. {n}', pages, { from: 9, verso: false })).toEqual(['p. 9', 'p. 10', 'p. 11'])
  expect(named('{n:3}', pages, first)).toEqual(['001', '002', '003'])
})

test('leaves have two sides', () => {
  expect(named('f. {folio}', pages, first)).toEqual(['f. 1r', 'f. 1v', 'f. 2r'])
  expect(named('{folio}', pages, { from: 12, verso: true })).toEqual(['12v', '13r', '13v'])
})

test('the old name stays without its suffix, and what is no token stays as it is', () => {
  expect(named('{name} {x}', pages, first)).toEqual(['a {x}', 'b.tar {x}', '.hidden {x}'])
})

test('names that stand twice are found', () => {
  expect([...troubled(['a', 'b', 'a', ''])]).toEqual(['a', ''])
})
