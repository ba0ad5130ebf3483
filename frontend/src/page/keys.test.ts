import { expect, test } from 'vitest'
import editor from '../words/en/editor'
import {
  actOf,
  capsOf,
  combinationOf,
  hintOf,
  isIn,
  KEYS,
  keysWith,
  MODES,
  type Pressed,
  takenBy,
} from './keys'

function press(key: string, more: Partial<Pressed> = {}): Pressed {
  const none = { ctrlKey: false, altKey: false, shiftKey: false, metaKey: false }
  return { key, code: '', isComposing: false, ...none, ...more }
}

test('modifiers decide', () => {
  expect(actOf(press('Enter'), { writing: true, mac: false })).toBe('accept')
  expect(actOf(press('Enter', { shiftKey: true }), { writing: true, mac: false })).toBe('back')
  expect(actOf(press('Enter', { ctrlKey: true }), { writing: true, mac: false })).toBeNull()
  expect(actOf(press('ArrowDown'), { writing: true, mac: false })).toBeNull()
  expect(actOf(press('ArrowDown'), { writing: true, oneRow: true, mac: false })).toBe('next')
})

test('no key is taken from an input method or a dead key', () => {
  expect(actOf(press('Enter', { isComposing: true }), { writing: true, mac: false })).toBeNull()
  expect(actOf(press('Process', { code: 'Enter' }), { writing: true, mac: false })).toBeNull()
  expect(
    actOf(press('Dead', { code: 'KeyN', altKey: true }), { writing: true, mac: false }),
  ).toBeNull()
})

test('a letter is known by its name, or by its place where the keyboard writes no Latin', () => {
  expect(actOf(press('n', { altKey: true, code: 'KeyN' }), { writing: true, mac: false })).toBe(
    'unchecked',
  )
  expect(actOf(press('т', { altKey: true, code: 'KeyN' }), { writing: true, mac: false })).toBe(
    'unchecked',
  )
  // Dvorak: the key at the place of N writes B.
  expect(
    actOf(press('b', { altKey: true, code: 'KeyN' }), { writing: true, mac: false }),
  ).toBeNull()
})

test('on a Mac, Alt with a letter keeps writing characters', () => {
  expect(
    actOf(press('˜', { altKey: true, code: 'KeyN' }), { writing: true, mac: true }),
  ).toBeNull()
  const control = { ctrlKey: true, shiftKey: true, code: 'KeyN' }
  expect(actOf(press('N', control), { writing: true, mac: true })).toBe('unchecked')
})

test('a question mark can be written, and asks for the keys elsewhere', () => {
  expect(actOf(press('?', { shiftKey: true }), { writing: true, mac: false })).toBeNull()
  expect(actOf(press('?', { shiftKey: true }), { writing: false, mac: false })).toBe('keys')
  expect(actOf(press('?'), { writing: false, mac: false })).toBe('keys')
})

test('no two acts of a mode share a key, and every act has words', () => {
  for (const mode of MODES)
    for (const system of ['on', 'mac'] as const) {
      const all = KEYS.filter((key) => isIn(key, mode)).map((key) => key[system] ?? key.on)
      expect(new Set(all).size).toBe(all.length)
    }
  expect(Object.keys(editor.keys.acts).sort()).toEqual(
    [...new Set(KEYS.map((key) => key.act))].sort(),
  )
})

test('keys are shown as they stand on the keyboard', () => {
  expect(capsOf('keys', false)).toEqual([['F1'], ['?']])
  expect(hintOf('unchecked', false)).toBe('Alt+N')
  expect(hintOf('unchecked', true)).toBe('⌃⇧N')
})

test('single letters draw in Layout, and write in a field', () => {
  const at = { mode: 'layout', mac: false } as const
  expect(actOf(press('l'), { ...at, canvas: true })).toBe('toolBaseline')
  expect(actOf(press('l'), { ...at, writing: true })).toBeNull()
  expect(actOf(press('l'), { mac: false })).toBeNull()
  expect(actOf(press('ArrowUp'), { ...at, canvas: true })).toBe('up')
  expect(actOf(press('ArrowUp'), at)).toBeNull()
  expect(actOf(press('F2'), { ...at, writing: true })).toBe('mode')
})

test('digits are known by their place', () => {
  const alt = { altKey: true, code: 'Digit3' }
  expect(actOf(press('3', alt), { writing: true, mac: false })).toBe('slot3')
  expect(actOf(press('"', alt), { writing: true, mac: false })).toBe('slot3') // French
  const mac = { ctrlKey: true, altKey: true, code: 'Digit3' }
  expect(actOf(press('3', mac), { writing: true, mac: true })).toBe('slot3')
  // AltGr writes characters, and comes as Control with Alt.
  expect(actOf(press('#', mac), { writing: true, mac: false })).toBeNull()
})

test('a person changes keys, and the table follows', () => {
  const keys = keysWith({ accept: ['Ctrl+Enter'], history: ['h'], next: [] })
  const where = { writing: true, mac: false, keys }
  expect(actOf(press('Enter', { ctrlKey: true }), where)).toBe('accept')
  expect(actOf(press('Enter'), where)).toBeNull()
  expect(actOf(press('h'), where)).toBeNull() // writes a letter
  expect(actOf(press('h'), { ...where, writing: false })).toBe('history')
  expect(hintOf('accept', false, keys)).toBe('Ctrl+Enter')
  expect(capsOf('next', false, keys)).toEqual(capsOf('next', false))
})

test('a pressed combination is named as in the table, unless it belongs to the browser', () => {
  expect(combinationOf(press('N', { altKey: true, shiftKey: true, code: 'KeyN' }))).toBe(
    'Alt+Shift+N',
  )
  expect(combinationOf(press('+', { ctrlKey: true, altKey: true }))).toBe('Ctrl+Alt+Plus')
  expect(combinationOf(press('F6'))).toBe('F6')
  for (const none of [press('Shift'), press('t', { ctrlKey: true }), press('Backspace')])
    expect(combinationOf(none)).toBeNull()
})

test('a combination of another act is refused', () => {
  expect(takenBy('Alt+N', 'history', KEYS, false)).toBe('unchecked')
  expect(takenBy('Alt+N', 'unchecked', KEYS, false)).toBeNull()
  expect(takenBy('Alt+N', 'history', KEYS, true)).toBeNull()
  expect(takenBy('F7', 'history', KEYS, false)).toBeNull()
})
