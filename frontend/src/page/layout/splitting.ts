/** The text of a line that is cut or joined. Pure. */
import { graphemes } from '../difference'

/** How far from the cut, in shares of the line, a space is preferred to the nearest character. */
const NEAR_SPACE = 0.06

/**
 * A text in two at a share of its line's length: at the nearest character, or at a space close by.
 *
 * White space at the cut is left out.
 */
export function splitText(text: string, share: number): [string, string] {
  const letters = graphemes(text)
  const wanted = share * letters.length
  const gaps = letters.flatMap((letter, at) => (/^\s+$/.test(letter) ? [at + 0.5] : []))
  const gap = gaps
    .filter((at) => Math.abs(at - wanted) <= NEAR_SPACE * letters.length + 0.5)
    .sort((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted))[0]
  const at = Math.round(gap ?? wanted)
  return [letters.slice(0, at).join('').trimEnd(), letters.slice(at).join('').trimStart()]
}

/** Texts of lines that become one, in reading order. */
export function joinTexts(texts: readonly (string | null)[]): string | null {
  const there = texts.filter((text) => text !== null)
  return there.length
    ? there
        .map((text) => text.trim())
        .filter(Boolean)
        .join(' ')
    : null
}
