/** How sure the model was, per character: one byte per code point, 0 to 255. */

/** Below this a character is marked as doubtful, 0 to 1, where nobody has set another limit. */
export const DOUBTFUL = 0.8

export interface Piece {
  text: string
  doubtful: boolean
}

/**
 * Cut a text into pieces of sure and doubtful characters.
 *
 * Without confidences, or with a number of them that does not fit the text, everything is sure:
 * a wrong mark is worse than none. Combining marks stay with the character that carries them.
 */
export function pieces(
  text: string,
  confidences: string | null | undefined,
  limit = DOUBTFUL,
): Piece[] {
  const points = [...text]
  const bytes = confidences ? atob(confidences) : ''
  if (bytes.length !== points.length) return text ? [{ text, doubtful: false }] : []
  const result: Piece[] = []
  let index = 0
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(
    text,
  )) {
    let lowest = 255
    const end = index + [...segment].length
    while (index < end) lowest = Math.min(lowest, bytes.charCodeAt(index++))
    const doubtful = lowest < limit * 255
    const last = result.at(-1)
    if (last && last.doubtful === doubtful) last.text += segment
    else result.push({ text: segment, doubtful })
  }
  return result
}
