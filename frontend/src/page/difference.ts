/** What differs between two texts, by the characters that people see (graphemes). Pure. */

export interface Change {
  kind: 'same' | 'removed' | 'added'
  text: string
}

/** Beyond this many comparisons the middle is told as replaced: a whole line of noise. */
const MOST = 2_000_000
const cutter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

export function graphemes(text: string): string[] {
  return Array.from(cutter.segment(text), ({ segment }) => segment)
}

/**
 * The steps from one text to another: what stays, what goes, what comes.
 *
 * Longest common subsequence by dynamic programming, after equal ends are set aside. Removals
 * come before additions; neighbours of one kind are joined.
 */
export function difference(before: string, after: string): Change[] {
  const [old, now] = [graphemes(before), graphemes(after)]
  let start = 0
  while (start < old.length && start < now.length && old[start] === now[start]) start++
  let end = 0
  const most = Math.min(old.length, now.length) - start
  while (end < most && old[old.length - 1 - end] === now[now.length - 1 - end]) end++
  const changes: Change[] = []
  tell(changes, 'same', old.slice(0, start).join(''))
  middle(changes, old.slice(start, old.length - end), now.slice(start, now.length - end))
  tell(changes, 'same', old.slice(old.length - end).join(''))
  return changes
}

function middle(changes: Change[], old: readonly string[], now: readonly string[]) {
  if (!old.length || !now.length || old.length * now.length > MOST) {
    tell(changes, 'removed', old.join(''))
    tell(changes, 'added', now.join(''))
    return
  }
  const width = now.length + 1
  const longest = new Uint16Array((old.length + 1) * width)
  const at = (row: number, column: number) => longest[row * width + column] ?? 0
  for (let row = old.length - 1; row >= 0; row--)
    for (let column = now.length - 1; column >= 0; column--)
      longest[row * width + column] =
        old[row] === now[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1))
  let [row, column] = [0, 0]
  while (row < old.length || column < now.length) {
    const [gone = '', come = ''] = [old[row], now[column]]
    if (row < old.length && column < now.length && gone === come) {
      tell(changes, 'same', gone)
      row++
      column++
    } else if (
      row < old.length &&
      (column === now.length || at(row + 1, column) >= at(row, column + 1))
    ) {
      tell(changes, 'removed', gone)
      row++
    } else {
      tell(changes, 'added', come)
      column++
    }
  }
}

function tell(changes: Change[], kind: Change['kind'], text: string) {
  if (!text) return
  const last = changes.at(-1)
  if (last?.kind === kind) last.text += text
  else changes.push({ kind, text })
}
