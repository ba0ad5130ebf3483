/** The texts of a page as one text, a row for each line; places in it and in the lines. Pure. */

export interface Row {
  id: number
  text: string
}
/** A part of the texts: from a code point of one line to before one of another. */
export interface Span {
  start_line: number
  start: number
  end_line: number
  end: number
}
/** What is known of a part that was marked: `quote` is what stood there. */
export interface Marked {
  start_line: number | null
  start: number | null
  end_line: number | null
  end: number | null
  quote: string
}
/** A part of the whole text, in its own units (UTF-16). */
export type Range = readonly [from: number, to: number]

export function wholeOf(rows: readonly Row[]): string {
  return rows.map(({ text }) => text).join('\n')
}

/** What a selection of the whole text marks, without white space at its ends; null for nothing. */
export function spanOf(rows: readonly Row[], from: number, to: number): Span | null {
  const chosen = wholeOf(rows).slice(from, to)
  const first = from + (chosen.length - chosen.trimStart().length)
  const last = first + chosen.trim().length
  const [start, end] = [placeIn(rows, first), placeIn(rows, last)]
  if (last <= first || !start || !end) return null
  return {
    ...{ start_line: start.id, start: start.at },
    ...{ end_line: end.id, end: end.at },
  }
}

function placeIn(rows: readonly Row[], at: number): { id: number; at: number } | null {
  let begins = 0
  for (const { id, text } of rows) {
    if (at <= begins + text.length) return { id, at: [...text.slice(0, at - begins)].length }
    begins += text.length + 1
  }
  return null
}

/**
 * Where a marked part stands now.
 *
 * @returns null where its words are no longer in the line.
 */
export function rangeOf(rows: readonly Row[], marked: Marked): Range | null {
  const begins = beginsOf(rows)
  const [first, last] = [marked.start_line ?? 0, marked.end_line ?? 0]
  const row = rows.find(({ id }) => id === first)
  const lastRow = rows.find(({ id }) => id === last)
  const [from, to] = [begins.get(first), begins.get(last)]
  if (!row || !lastRow || from === undefined || to === undefined || !marked.quote) return null
  const start = from + units(row.text, marked.start ?? 0)
  const end = to + units(lastRow.text, marked.end ?? 0)
  const whole = wholeOf(rows)
  if (whole.slice(start, end) === marked.quote) return [start, end]
  const found = nearestOf(row.text, marked.quote, start - from)
  return found === null ? null : [from + found, from + found + marked.quote.length]
}

/** The place of each row in the whole text. */
export function beginsOf(rows: readonly Row[]): Map<number, number> {
  let at = 0
  return new Map(
    rows.map(({ id, text }) => {
      const begins = at
      at += text.length + 1
      return [id, begins]
    }),
  )
}

function units(text: string, points: number): number {
  return [...text].slice(0, points).join('').length
}

function nearestOf(text: string, piece: string, to: number): number | null {
  let best: number | null = null
  for (let at = text.indexOf(piece); at >= 0; at = text.indexOf(piece, at + 1))
    if (best === null || Math.abs(at - to) < Math.abs(best - to)) best = at
  return best
}

export interface Piece<M> {
  text: string
  /** What marks it, the longest part first. */
  marks: readonly M[]
}

/** A text cut where marks begin and end. */
export function piecesOf<M extends { range: Range }>(
  text: string,
  marks: readonly M[],
): Piece<M>[] {
  const cuts = [...new Set([0, text.length, ...marks.flatMap(({ range }) => range)])]
    .filter((at) => at <= text.length)
    .sort((a, b) => a - b)
  const long = ({ range: [from, to] }: M) => to - from
  const sorted = [...marks].sort((a, b) => long(b) - long(a))
  return cuts.slice(1).map((to, n) => {
    const from = cuts[n] ?? 0
    return {
      text: text.slice(from, to),
      marks: sorted.filter(({ range }) => range[0] <= from && to <= range[1]),
    }
  })
}
