/** Glyphs that keyboards lack: lists of them, and eScriptorium's keyboards in and out. Pure. */

export interface Glyph {
  text: string
  name: string
}

export const MOST = 400 // as the server has it
const COLUMNS = 9 // of a keyboard that is written: one row is what has keys of its own

/** How a glyph is shown: a mark that needs a letter gets a dotted circle to stand on. */
export function shown(text: string): string {
  return /^\p{M}/u.test(text) ? `◌${text}` : text
}

/** The glyph's code points, as people write them. */
export function codes(text: string): string {
  return [...text]
    .map(
      (point) => `U+${(point.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`,
    )
    .join(' ')
}

/**
 * The glyphs of a keyboard file: eScriptorium's `{characters: [{character, row, column}]}` in rows
 * from left to right, or a list of characters or of `{text, name}`.
 *
 * @returns null where the file is none of these.
 */
export function glyphsIn(file: string): Glyph[] | null {
  let read: unknown
  try {
    read = JSON.parse(file)
  } catch {
    return null
  }
  const list = Array.isArray(read) ? read : inside(read)
  if (!list) return null
  const found = list
    .map((one, at) => ({ glyph: glyphOf(one), place: placeOf(one, at) }))
    .filter((one): one is { glyph: Glyph; place: number } => one.glyph !== null)
    .sort((a, b) => a.place - b.place)
    .map(({ glyph }) => glyph)
  return found.length ? unique(found).slice(0, MOST) : null
}

function inside(read: unknown): unknown[] | null {
  if (typeof read !== 'object' || read === null) return null
  const { characters, glyphs, keys } = read as Record<string, unknown>
  return [characters, glyphs, keys].find((one): one is unknown[] => Array.isArray(one)) ?? null
}

function glyphOf(one: unknown): Glyph | null {
  if (typeof one === 'string') return fit(one, '')
  if (typeof one !== 'object' || one === null) return null
  const { character, text, glyph, name, description } = one as Record<string, unknown>
  const found = [character, text, glyph].find((part) => typeof part === 'string')
  const said = [name, description].find((part) => typeof part === 'string')
  return fit(String(found ?? ''), String(said ?? ''))
}

function fit(text: string, name: string): Glyph | null {
  if (!text || text.length > 64 || /[\r\n]/.test(text)) return null
  return { text, name: name.slice(0, 200) }
}

function placeOf(one: unknown, at: number): number {
  const { row, column } = (typeof one === 'object' && one !== null ? one : {}) as Record<
    string,
    unknown
  >
  return typeof row === 'number' && typeof column === 'number' ? row * 1000 + column : at
}

/** Each glyph once, at its first place. */
export function unique(glyphs: readonly Glyph[]): Glyph[] {
  const seen = new Set<string>()
  return glyphs.filter(({ text }) => !seen.has(text) && seen.add(text))
}

/** A keyboard as eScriptorium reads it. */
export function keyboardOf(name: string, glyphs: readonly Glyph[]): string {
  const characters = glyphs.map(({ text, name: said }, at) => ({
    row: Math.floor(at / COLUMNS),
    column: at % COLUMNS,
    character: text,
    keyboard_code: null,
    ...(said && { name: said }),
  }))
  return JSON.stringify({ version: '0.1', name, author: '', characters }, null, 2)
}
