/** Which parts of a found line are what was looked for. */

export type Mode = 'words' | 'exact' | 'regex'
export interface Part {
  text: string
  hit: boolean
}

/**
 * A line in parts, those that match marked.
 *
 * The server decides what is found; here its rules are followed as well as a browser can, and a
 * line of which nothing is recognised comes back in one part.
 */
export function parts(content: string, question: string, mode: Mode): Part[] {
  const pattern = expression(question, mode)
  if (!pattern) return [{ text: content, hit: false }]
  const found: Part[] = []
  let end = 0
  for (const match of content.matchAll(pattern)) {
    if (!match[0]) continue
    if (match.index > end) found.push({ text: content.slice(end, match.index), hit: false })
    found.push({ text: match[0], hit: true })
    end = match.index + match[0].length
  }
  if (end < content.length || !found.length)
    found.push({ text: content.slice(end), hit: false })
  return found
}

function expression(question: string, mode: Mode): RegExp | null {
  try {
    if (mode === 'regex') return new RegExp(question, 'gu')
    const wanted = mode === 'exact' ? [question] : words(question)
    const forms = wanted.flatMap((word) => [word.normalize('NFC'), word.normalize('NFD')])
    if (!forms.length) return null
    const any = [...new Set(forms)].map(literal).join('|')
    const whole = `(?<![\\p{L}\\p{M}\\p{N}])(?:${any})(?![\\p{L}\\p{M}\\p{N}])`
    return mode === 'exact' ? new RegExp(any, 'gu') : new RegExp(whole, 'giu')
  } catch {
    return null // PostgreSQL knows expressions that a browser does not
  }
}

/** The words of a question without its quotation marks, its “or” and what must not be there. */
function words(question: string): string[] {
  return question
    .split(/[\s"]+/u)
    .filter((word) => word && !word.startsWith('-') && word.toLowerCase() !== 'or')
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&')
}
