/** Every key of the page view: one table, read by what obeys it and by the list of keys. Pure. */
import { LAYOUT_KEYS, type LayoutAct } from './layout/keys'

/** What one screen is for: its texts, its shapes, the order of its lines, what is said of its parts. */
export type Mode = 'text' | 'layout' | 'order' | 'annotate'
export const MODES: readonly Mode[] = ['text', 'layout', 'order', 'annotate']

/** A glyph of the bar, by its place. */
export type Slot = `slot${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9}`

export type Act =
  | LayoutAct
  | 'mode'
  | 'nearer'
  | 'farther'
  | 'wholePage'
  | 'accept'
  | 'back'
  | 'next'
  | 'previous'
  | 'unchecked'
  | 'doubtfulLine'
  | 'doubtful'
  | 'restore'
  | 'history'
  | 'undo'
  | 'redo'
  | 'takeWhole'
  | 'takeWord'
  | 'differing'
  | 'glyphs'
  | Slot
  | 'replace'
  | 'stripIn'
  | 'stripOut'
  | 'recentre'
  | 'flag'
  | 'comment'
  | 'placed'
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

export const SLOTS: readonly Slot[] = [
  'slot1',
  'slot2',
  'slot3',
  'slot4',
  'slot5',
  'slot6',
  'slot7',
  'slot8',
  'slot9',
]

/** The keys as they come; each person may change them. */
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
  { act: 'undo', on: 'Ctrl+Z', mac: 'Meta+Z' },
  { act: 'redo', on: 'Ctrl+Shift+Z', mac: 'Meta+Shift+Z' },
  { act: 'redo', on: 'Ctrl+Y', mac: 'Meta+Y' },
  { act: 'takeWhole', on: 'Alt+T', mac: 'Ctrl+Shift+T' },
  { act: 'takeWord', on: 'Alt+W', mac: 'Ctrl+Shift+W' },
  { act: 'differing', on: 'Alt+R', mac: 'Ctrl+Shift+R' },
  { act: 'glyphs', on: 'Alt+G', mac: 'Ctrl+Shift+G' },
  ...SLOTS.map((act): Key => ({ act, on: `Alt+${act.at(-1)}`, mac: `Ctrl+Alt+${act.at(-1)}` })),
  { act: 'flag', on: 'Alt+F', mac: 'Ctrl+Shift+F' },
  { act: 'comment', on: 'Alt+C', mac: 'Ctrl+Shift+C' },
  { act: 'replace', on: 'Ctrl+H', mac: 'Meta+Shift+H' },
  { act: 'stripIn', on: 'Ctrl+Alt+Plus' },
  { act: 'stripOut', on: 'Ctrl+Alt+Minus' },
  { act: 'recentre', on: 'Alt+Z', mac: 'Ctrl+Shift+Z' },
  { act: 'placed', on: 'Alt+V', mac: 'Ctrl+Shift+V' },
  { act: 'mode', on: 'F2', in: MODES },
  { act: 'pageAfter', on: 'PageDown', in: MODES },
  { act: 'pageBefore', on: 'PageUp', in: MODES },
  { act: 'keys', on: 'F1', in: MODES },
  { act: 'keys', on: '?', in: MODES, outside: true },
  { act: 'nearer', on: 'Plus', in: MODES, outside: true },
  { act: 'farther', on: 'Minus', in: MODES, outside: true },
  { act: 'wholePage', on: '0', in: MODES, outside: true },
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
  /** The table, where it is not the person's own. */
  keys?: readonly Key[]
}

let present = KEYS

/** From now on these keys hold: the table with a person's changes. */
export function useTable(keys: readonly Key[]): void {
  present = keys
}

/**
 * The act that a key asks for, if any.
 *
 * While an input method composes a character no key is ours. Letters are known by their place
 * where a modifier turns them into another character.
 */
export function actOf(pressed: Pressed, where: Where): Act | null {
  const { mode = 'text', writing = false, canvas = false, oneRow = false, mac = onMac } = where
  if (pressed.isComposing || pressed.key === 'Process' || pressed.key === 'Dead') return null
  const found = (where.keys ?? present).find(
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
  // A question mark or a plus needs Shift on some keyboards and not on others.
  const shift = name === '?' || name === 'Plus' || pressed.shiftKey === has('Shift')
  return (
    shift &&
    pressed.ctrlKey === has('Ctrl') &&
    pressed.altKey === has('Alt') &&
    pressed.metaKey === has('Meta') &&
    isKey(name, pressed)
  )
}

function isKey(name: string, pressed: Pressed): boolean {
  if (/^[A-Z]$/.test(name)) return isLetter(name, pressed)
  // Digits are known by their place: some keyboards write them with Shift only.
  if (/^[0-9]$/.test(name))
    return pressed.code === `Digit${name}` || pressed.code === `Numpad${name}`
  if (name === 'Plus') return pressed.key === '+' || pressed.key === '='
  if (name === 'Minus') return pressed.key === '-' || pressed.key === '_'
  return pressed.key === name
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
  Plus: '+',
  Minus: '−',
  Escape: 'Esc',
  PageDown: 'Page Down',
  PageUp: 'Page Up',
}
const MAC: Readonly<Record<string, string>> = { Ctrl: '⌃', Alt: '⌥', Shift: '⇧', Meta: '⌘' }

/** The keys of an act as people read them: combinations, each as the caps to press. */
export function capsOf(act: Act, mac: boolean, keys: readonly Key[] = present): string[][] {
  return keys
    .filter((key) => key.act === act)
    .map((key) => capsIn((mac && key.mac) || key.on, mac))
}

/** A combination as the caps to press. */
export function capsIn(combination: string, mac: boolean): string[] {
  return combination
    .split('+')
    .map((part) => (mac && MAC[part]) || SIGNS[part] || (part === ' ' ? '␣' : part))
}

/** The first combination of an act in one piece, for tooltips. */
export function hintOf(act: Act, mac: boolean, keys: readonly Key[] = present): string {
  return (capsOf(act, mac, keys)[0] ?? []).join(mac ? '' : '+')
}

/** What a person has changed: for an act its combinations instead of those of the table. */
export type Changes = Partial<Record<Act, readonly string[]>>

/** The table with a person's changes. What is no act or no combination is left out. */
export function keysWith(changes: Changes, keys: readonly Key[] = KEYS): readonly Key[] {
  const acts = [...new Set(keys.map((key) => key.act))]
  return acts.flatMap((act) => {
    const own = changes[act]
    if (!Array.isArray(own) || !own.length) return keys.filter((key) => key.act === act)
    const before = keys.filter((key) => key.act === act)
    const places = [...new Map(before.map((key) => [String(key.in), key])).values()]
    return own
      .filter((on) => typeof on === 'string' && on)
      .flatMap((on) => places.map((key) => keyOf(key, on)))
  })
}

/** The same act, in the same modes, on another combination. */
function keyOf({ act, in: modes, canvas }: Key, on: string): Key {
  const bare = !/(Ctrl|Alt|Meta)\+/.test(on)
  const name = on.split('+').pop() ?? ''
  return {
    act,
    on,
    ...(modes && { in: modes }),
    ...(canvas && { canvas }),
    ...(bare && [...name].length === 1 && { outside: true }),
    ...(bare && /^Arrow/.test(name) && { oneRow: true }),
  }
}

const MODIFIERS = ['Control', 'Alt', 'Shift', 'Meta', 'AltGraph', 'CapsLock', 'Fn', 'Dead']
/** Those that a browser or the system does not give away, or that a text needs. */
const NOT_OURS = /^((Ctrl|Meta)\+([NTWQVCXA]|Tab)|(Shift\+)?(Backspace|Delete)|Alt\+(F4|Tab))$/

/** The combination that was pressed, as it stands in the table; null where it can be none. */
export function combinationOf(pressed: Pressed): string | null {
  if (pressed.isComposing || MODIFIERS.includes(pressed.key)) return null
  const letter = /^[a-z]$/i.test(pressed.key)
    ? pressed.key.toUpperCase()
    : /^Key([A-Z])$/.exec(pressed.code)?.[1]
  const digit = /^(?:Digit|Numpad)([0-9])$/.exec(pressed.code)?.[1]
  const sign = { '+': 'Plus', '=': 'Plus', '-': 'Minus', _: 'Minus' }[pressed.key]
  const name = letter ?? digit ?? sign ?? pressed.key
  const parts = [
    pressed.ctrlKey && 'Ctrl',
    pressed.altKey && 'Alt',
    pressed.shiftKey && name !== '?' && 'Shift',
    pressed.metaKey && 'Meta',
    name,
  ].filter((part) => part !== false)
  const combination = parts.join('+')
  return NOT_OURS.test(combination) ? null : combination
}

/** Which other act of the same mode has a combination already; null where it is free. */
export function takenBy(
  combination: string,
  act: Act,
  keys: readonly Key[],
  mac: boolean,
): Act | null {
  const own = MODES.filter((mode) => keys.some((key) => key.act === act && isIn(key, mode)))
  const other = keys.find(
    (key) =>
      key.act !== act &&
      ((mac && key.mac) || key.on) === combination &&
      own.some((mode) => isIn(key, mode)),
  )
  return other?.act ?? null
}

/** Whether this browser runs on a Mac. */
export const onMac = typeof navigator !== 'undefined' && /Mac/.test(navigator.platform)
