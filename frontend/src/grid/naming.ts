/** Names of many pages by a pattern, with folio numbers as manuscripts have them. Pure. */

/** What a pattern may hold in braces. */
export const TOKENS = [
  { token: '{n}', word: 'n' },
  { token: '{n:3}', word: 'n' },
  { token: '{folio}', word: 'folio' },
  { token: '{name}', word: 'name' },
] as const

const TOKEN = /\{(n|folio|name)(?::(\d))?\}/g

export interface Counting {
  /** The first number, of pages or of leaves. */
  from: number
  /** Whether the first page is the back of its leaf. */
  verso: boolean
}

/**
 * A name for each page.
 *
 * `{n}` counts pages, `{n:3}` with three digits, `{folio}` counts leaves: 1r, 1v, 2r; `{name}` is the
 * present name without its suffix.
 */
export function named(
  pattern: string,
  names: readonly string[],
  { from, verso }: Counting,
): string[] {
  return names.map((name, at) =>
    pattern
      .replace(TOKEN, (_, token: string, digits?: string) => {
        if (token === 'name') return stem(name)
        if (token === 'folio') return folio(at, from, verso)
        return `${from + at}`.padStart(Number(digits ?? 1), '0')
      })
      .trim(),
  )
}

/** Names that would stand twice, or be empty. */
export function troubled(names: readonly string[]): Set<string> {
  const seen = new Set<string>()
  const twice = new Set<string>()
  for (const name of names) {
    if (!name || seen.has(name)) twice.add(name)
    seen.add(name)
  }
  return twice
}

function folio(at: number, from: number, verso: boolean): string {
  const sides = at + Number(verso)
  return `${from + Math.floor(sides / 2)}${sides % 2 ? 'v' : 'r'}`
}

function stem(name: string): string {
  return name.replace(/(.)\.[^.]{1,10}$/, '$1')
}
