import { expect, test } from 'vitest'
import { fit, linesOf } from './wording'

test('letters and marks are joined, scholars’ code points are left alone', () => {
  expect(fit('e\u0301')).toBe('\u00e9')
  for (const text of ['\ue8bf\uf1ac', '\u{f0000}', 'ꝑ⁊ꝯſ', 'q\u0303', 'ﬁ', 'ⁱ', '\u0365a'])
    expect(fit(text)).toBe(text)
})

test('what cannot be stored does not stay', () => {
  expect(fit('a\0b\ud800c\udc00')).toBe('abc')
  expect(fit('𝔞')).toBe('𝔞')
  expect(fit('one\r\ntwo')).toBe('one two')
})

test('a pasted text is cut at every kind of line break', () => {
  expect(linesOf('one\r\ntwo\nthree\rfour\u2028five\n\n')).toEqual([
    'one',
    'two',
    'three',
    'four',
    'five',
  ])
  expect(linesOf('one\n\nthree')).toEqual(['one', '', 'three'])
  expect(linesOf('one')).toEqual(['one'])
  expect(linesOf('\n')).toEqual([''])
})
