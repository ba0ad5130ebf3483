/** Which line comes next, and which character is the next doubtful one. Pure. */
import { DOUBTFUL, pieces } from './confidence'
import { difference, graphemes } from './difference'

export interface Walked {
  id: number
  checked: boolean
  confidence: number | null
  confidences: string | null
  text: string | null
}

/** A line never changes, it is replaced: what was found out about one of 5,000 need not be found again. */
const judged = new WeakMap<Walked, { limit: number; doubtful: boolean }>()

/** Whether a line holds what the model was not sure of, and nobody has checked it. */
export function isDoubtful(line: Walked, limit = DOUBTFUL): boolean {
  const before = judged.get(line)
  if (before?.limit === limit) return before.doubtful
  const doubtful = judge(line, limit)
  judged.set(line, { limit, doubtful })
  return doubtful
}

function judge(line: Walked, limit: number): boolean {
  if (line.checked || line.text === null) return false
  if (line.confidence !== null && line.confidence < limit) return true
  return pieces(line.text, line.confidences, limit).some((piece) => piece.doubtful)
}

/** The next line after `from` that is wanted, from the top again after the last; null if none. */
export function nextLine<L extends Walked>(
  lines: readonly L[],
  from: number | null,
  wanted: (line: L) => boolean,
): number | null {
  const start = lines.findIndex((line) => line.id === from)
  for (let step = 1; step <= lines.length; step++) {
    const line = lines[(start + step) % lines.length]
    if (line && line.id !== from && wanted(line)) return line.id
  }
  return null
}

export interface Mark {
  text: string
  doubtful: boolean
}

/**
 * The doubtful characters of a text that is being corrected.
 *
 * Characters that the model read and that still stand keep their marks; what was written by hand
 * is sure.
 *
 * @param read the text as the model read it, with its confidences.
 * @param now the text as it stands in the field.
 */
export function marksIn(
  read: { text: string; confidences: string | null } | null,
  now: string,
  limit = DOUBTFUL,
): Mark[] {
  if (!read?.confidences) return now ? [{ text: now, doubtful: false }] : []
  const doubts = pieces(read.text, read.confidences, limit).flatMap((piece) =>
    graphemes(piece.text).map(() => piece.doubtful),
  )
  const marks: Mark[] = []
  let at = 0
  for (const { kind, text } of difference(read.text, now)) {
    const characters = graphemes(text)
    if (kind !== 'removed')
      for (const [n, character] of characters.entries())
        add(marks, character, kind === 'same' && doubts[at + n] === true)
    if (kind !== 'added') at += characters.length
  }
  return marks
}

function add(marks: Mark[], text: string, doubtful: boolean) {
  const last = marks.at(-1)
  if (last?.doubtful === doubtful) last.text += text
  else marks.push({ text, doubtful })
}

/** From where to where the next doubtful characters stand after a place in the field; null if none. */
export function nextMark(marks: readonly Mark[], after: number): [number, number] | null {
  let start = 0
  for (const { text, doubtful } of marks) {
    if (doubtful && start >= after) return [start, start + text.length]
    start += text.length
  }
  return null
}
