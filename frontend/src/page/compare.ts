/** Another reading of a line beside ours: where they differ, and taking it word by word. Pure. */
import { difference } from './difference'

/** A word of the difference: what stands in ours, what the other reading has there. */
export interface Odd {
  from: number
  to: number
  text: string
}

/** A stretch of ours, and the stretch of the other reading that stands for it. */
interface Span {
  from: number
  to: number
  start: number
  end: number
}

/**
 * The places where two readings differ, widened to whole words of ours.
 *
 * `from` and `to` are places in our text, in UTF-16 units as a text field counts.
 */
export function oddWords(ours: string, theirs: string): Odd[] {
  const found: Odd[] = []
  let [here, there] = [0, 0]
  let open: Span | null = null
  const spans: Span[] = []
  for (const { kind, text } of difference(ours, theirs)) {
    if (kind === 'same') {
      // Short pieces between two changes of one word belong to the change.
      const inside = open && !/\s/.test(text)
      if (!inside && open) {
        const tail = /^\S*/.exec(text)?.[0].length ?? 0
        open.to = here + tail
        open.end = there + tail
        spans.push(open)
        open = null
      }
      here += text.length
      there += text.length
      continue
    }
    open ??= startOf(ours, here, there)
    if (kind === 'removed') here += text.length
    else there += text.length
    open.to = here
    open.end = there
  }
  if (open) spans.push({ ...open, to: here, end: there })
  for (const { from, to, start, end } of spans)
    found.push({ from, to, text: theirs.slice(start, end) })
  return found
}

/** The beginning of the word in which a change begins. */
function startOf(ours: string, here: number, there: number): Span {
  const before = /\S*$/.exec(ours.slice(0, here))?.[0].length ?? 0
  return { from: here - before, to: here, start: there - before, end: there }
}

/** The text with the odd word at or after a place taken from the other reading; null if there is none. */
export function takeWord(
  ours: string,
  theirs: string,
  caret: number,
): { text: string; caret: number } | null {
  const odd = oddWords(ours, theirs)
  const found = odd.find(({ to }) => to >= caret) ?? odd[0]
  if (!found) return null
  return {
    text: ours.slice(0, found.from) + found.text + ours.slice(found.to),
    caret: found.from + found.text.length,
  }
}
