/** Which lines of a page are listed. Pure. */
import type { ListedLine } from './present'
import { isDoubtful } from './walk'

export type Wanted = 'all' | 'unchecked' | 'doubtful' | 'differing' | 'flagged'

/** Whether another layer reads the line in another way; a line that it does not have differs not. */
export function differs(line: ListedLine, texts: ReadonlyMap<number, string>): boolean {
  const other = texts.get(line.id)
  return other !== undefined && other !== (line.text ?? '')
}

/** The lines that are wanted, and always the one that is worked on. */
export function listed(
  lines: readonly ListedLine[],
  wanted: Wanted,
  current: number | null,
  doubt: number,
  texts: ReadonlyMap<number, string>,
): readonly ListedLine[] {
  if (wanted === 'all') return lines
  return lines.filter((line) => {
    if (line.id === current) return true
    if (wanted === 'unchecked') return !line.checked
    if (wanted === 'flagged') return line.flagged || line.comments > 0
    if (wanted === 'doubtful') return isDoubtful(line, doubt)
    return differs(line, texts)
  })
}
