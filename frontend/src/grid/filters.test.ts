import { expect, test } from 'vitest'
import { asks, EVERYTHING, isNumbers, queryOf, questionOf } from './filters'

test.each(['1', '1-5, 9', '3-', ' 2 , 4-6,'])('%s are numbers of pages', (text) => {
  expect(isNumbers(text)).toBe(true)
})

test.each(['f1', '1r', 'f. 1-5', '-', ''])('%s is a name', (text) => {
  expect(isNumbers(text)).toBe(false)
})

test('what is typed becomes numbers or a name', () => {
  expect(queryOf({ ...EVERYTHING, text: ' 1-5, ' })).toEqual({ numbers: '1-5' })
  expect(queryOf({ ...EVERYTHING, text: 'f*r', tags: [3, 4] })).toEqual({
    name: 'f*r',
    tags: '3,4',
  })
})

test('a layer alone asks for nothing', () => {
  expect(asks({ ...EVERYTHING, layer: 3 })).toBe(false)
  expect(queryOf(questionOf({ holds: 'ꝓ', layer: '3', state: 'nonsense' }))).toEqual({
    holds: 'ꝓ',
    layer: 3,
  })
})
