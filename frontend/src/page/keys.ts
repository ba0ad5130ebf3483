/** Every key of the page view: one table, read by what obeys it and by the list of keys. Pure. */
import { LAYOUT_KEYS, type LayoutAct } from './layout/keys'

/** What one screen is for: its texts, its shapes, the order of its lines. */
export type Mode = 'text' | 'layout' | 'order'
export const MODES: readonly Mode[] = ['text', 'layout', 'order']

export type Act =
  | LayoutAct
  | 'mode'
  | 'accept'
  | 'back'
  | 'next'
  | 'previous'
  | 'unchecked'
  | 'doubtfulLine'
  | 'doubtful'
  | 'restore'
  | 'history'
  | 'pageAfter'
  | 'pageBefore'
  | 'keys'

export interface Key {
  act: Act
  /** As in `Ctrl+Alt+N`: modifiers in this order, then the key's name. */
  on: string
  /** On a Mac, where Alt makes characters. */
  mac?: string
  /** Keys without a modifier that write a character act only outside text fields. */
  outside?: true
  /** Acts only with the focus on the image or on the list beside it. */
  canvas?: true
  /** The mode or modes in which it acts; Text where nothing is said. */
  in?: Mode | readonly Mode[]
  /** Moves the caret where the field has several rows, so it acts only in a field of one. */
  oneRow?: true
}

export const KEYS: readonly Key[] = [
  { act: 'accept', on: 'Enter' },
  { act: 'back', on: 'Shift+Enter' },
  { act: 'next', on: 'Alt+ArrowDown' },
  { act: 'next', on: 'ArrowDown', oneRow: true },
  { act: 'previous', on: 'Alt+ArrowUp' },
  { act: 'previous', on: 'ArrowUp', oneRow: true },
  { act: 'unchecked', on: 'Alt+N', mac: 'Ctrl+Shift+N' },
  { act: 'doubtfulLine', on: 'Alt+L', mac: 'Ctrl+Shift+L' },
  { act: 'doubtful', on: 'Tab' },
  { act: 'restore', on: 'Escape' },
  { act: 'history', on: 'Alt+H', mac: 'Ctrl+Shift+H' },
  { act: 'mode', on: 'F2', in: MODES },
  { act: 'pageAfter', on: 'PageDown', in: MODES },
  { act: 'pageBefore', on: 'PageUp', in: MODES },
  { act: 'keys', on: 'F1', in: MODES },
  { act: 'keys', on: '?', in: MODES, outside: true },
  ...LAYOUT_KEYS,
]

/** What of a keyboard event decides. */
export interface Pressed {
  key: string
  code: string
  ctrlKey: boolean
  altKey: boolean
  shiftKey: boolean
  metaKey: boolean
  isComposing: boolean
}

/** Where a key was pressed. */
export interface Where {
  /** Text where nothing is said. */
  mode?: Mode
  /** On the image, or on the list of shapes. */
  canvas?: boolean
  /** In a field where it may write a character. */
  writing?: boolean
  /** In the text field, while all of its text stands in one row. */
  oneRow?: boolean
  mac?: boolean
}

/**
 * The act that a key asks for, if any.
 *
 * While an input method composes a character no key is ours. Letters are known by their place
 * where a modifier turns them into another character.
 */
export function actOf(
  pressed: Pressed,
  { mode = 'text', writing = false, canvas = false, oneRow = false, mac = onMac }: Where,
): Act | null {
  if (pressed.isComposing || pressed.key === 'Process' || pressed.key === 'Dead') return null
  const found = KEYS.find(
    (key) =>
      isIn(key, mode) &&
      !(key.outside && writing) &&
      !(key.canvas && !canvas) &&
      !(key.oneRow && !oneRow) &&
      matches((mac && key.mac) || key.on, pressed),
  )
  return found?.act ?? null
}

/** Whether a key acts in a mode. */
export function isIn({ in: where = 'text' }: Key, mode: Mode): boolean {
  return Array.isArray(where) ? where.includes(mode) : where === mode
}

function matches(combination: string, pressed: Pressed): boolean {
  const parts = combination.split('+')
  const name = parts.pop() ?? ''
  const has = (modifier: string) => parts.includes(modifier)
  // A question mark needs Shift on some keyboards and not on others.
  const shift = name === '?' || pressed.shiftKey === has('Shift')
  return (
    shift &&
    pressed.ctrlKey === has('Ctrl') &&
    pressed.altKey === has('Alt') &&
    pressed.metaKey === has('Meta') &&
    (/^[A-Z]$/.test(name) ? isLetter(name, pressed) : pressed.key === name)
  )
}

function isLetter(letter: string, { key, code }: Pressed): boolean {
  return /^[a-z]$/i.test(key) ? key.toUpperCase() === letter : code === `Key${letter}`
}

const SIGNS: Readonly<Record<string, string>> = {
  ArrowDown: '↓',
  ArrowUp: '↑',
  ArrowLeft: '←',
  ArrowRight: '→',
  Insert: 'Ins',
  Delete: 'Del',
  Backspace: '⌫',
  Escape: 'Esc',
  PageDown: 'Page Down',
  PageUp: 'Page Up',
}
const MAC: Readonly<Record<string, string>> = { Ctrl: '⌃', Alt: '⌥', Shift: '⇧', Meta: '⌘' }

/** The keys of an act as people read them: combinations, each as the caps to press. */
export function capsOf(act: Act, mac: boolean): string[][] {
  return KEYS.filter((key) => key.act === act).map((key) =>
    ((mac && key.mac) || key.on)
      .split('+')
      .map((part) => (mac && MAC[part]) || SIGNS[part] || part),
  )
}

/** The first combination of an act in one piece, for tooltips. */
export function hintOf(act: Act, mac: boolean): string {
  return (capsOf(act, mac)[0] ?? []).join(mac ? '' : '+')
}

/** Whether this browser runs on a Mac. */
export const onMac = typeof navigator !== 'undefined' && /Mac/.test(navigator.platform)
