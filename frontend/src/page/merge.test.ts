import { expect, test } from 'vitest'
import { merged } from './merge'

test('changes of different characters are put together', () => {
  expect(merged('En nom dieu amen', 'Au nom dieu amen', 'En nom dieu, amen')).toBe(
    'Au nom dieu, amen',
  )
  expect(merged('abcdef', 'Xbcdef', 'abcdeY')).toBe('XbcdeY')
  expect(merged('abcdef', 'bcdef', 'abcdef!')).toBe('bcdef!')
})

test('the same place is nobody’s to decide', () => {
  expect(merged('abc', 'aXc', 'aYc')).toBeNull()
  expect(merged('abc', 'abc1', 'abc2')).toBeNull()
  expect(merged('abcd', 'aXcd', 'abYd')).toBeNull() // side by side
  expect(merged('abc', '', 'abXc')).toBeNull()
})

test('what only one has changed is taken', () => {
  expect(merged('abc', 'abX', 'abc')).toBe('abX')
  expect(merged('abc', 'abc', 'abX')).toBe('abX')
  expect(merged('abc', 'same', 'same')).toBe('same')
})

test('characters with marks are touched as one', () => {
  expect(merged('e\u0301ab', 'eab', 'e\u0301aX')).toBe('eaX')
  expect(merged('ꝑ\u0304x', 'ꝑx', 'ꝑ\u0304\u0304x')).toBeNull()
})
