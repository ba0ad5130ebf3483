import { expect, test } from 'vitest'
import { codes, glyphsIn, keyboardOf, shown } from './glyphs'

const KEYBOARD = JSON.stringify({
  version: '0.1',
  name: 'abbreviations',
  author: 'somebody',
  characters: [
    { row: 1, column: 0, character: '⁊', keyboard_code: null },
    { row: 0, column: 1, character: 'ꝯ', keyboard_code: 'KeyC' },
    { row: 0, column: 0, character: 'ꝑ' },
    { row: 0, column: 2, character: 'que' },
  ],
})

test('a keyboard of eScriptorium is read row by row', () => {
  expect(glyphsIn(KEYBOARD)?.map((glyph) => glyph.text)).toEqual(['ꝑ', 'ꝯ', 'que', '⁊'])
})

test('what is written is read again, in the same order', () => {
  const glyphs = Array.from({ length: 25 }, (_, n) => ({
    text: `g${n}`,
    name: n ? '' : 'first',
  }))
  const written = keyboardOf('mine', glyphs)
  expect(glyphsIn(written)).toEqual(glyphs)
  expect(JSON.parse(written).characters[9]).toEqual({
    row: 1,
    column: 0,
    character: 'g9',
    keyboard_code: null,
  })
})

test('other lists are read too, broken things are not', () => {
  expect(glyphsIn('["ꝑ", "ꝑ", "ꝯ"]')?.length).toBe(2)
  expect(glyphsIn('[{"text": "\ue8bf", "name": "que"}]')).toEqual([
    { text: '\ue8bf', name: 'que' },
  ])
  for (const none of ['', 'ꝑ', '7', '{}', '[]', '{"characters": [{"row": 1}]}'])
    expect(glyphsIn(none)).toBeNull()
})

test('marks stand on a circle, code points are named', () => {
  expect(shown('\u0303')).toBe('◌\u0303')
  expect(codes('ꝑ\u0304')).toBe('U+A751 U+0304')
})
