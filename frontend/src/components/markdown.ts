/**
 * Markdown as blocks and spans, read by us so that nothing of it can become markup. Pure.
 *
 * Read are headings, paragraphs, lists, quotations, tables, code, emphasis and links to the web
 * and to mail addresses. Everything else, HTML included, stays the text that it is.
 */

export type Span =
  | { kind: 'text'; text: string }
  | { kind: 'code'; text: string }
  | { kind: 'strong' | 'em' | 's'; inside: Span[] }
  | { kind: 'link'; to: string; inside: Span[] }

export type Block =
  | { kind: 'heading'; level: number; spans: Span[] }
  | { kind: 'paragraph' | 'quote'; spans: Span[] }
  | { kind: 'list'; ordered: boolean; items: Span[][] }
  | { kind: 'code'; text: string }
  | { kind: 'table'; rows: Span[][][] }
  | { kind: 'rule' }

const HEADING = /^(#{1,6})\s+(.*)$/
const ITEM = /^\s*(?:([-*+])|(\d{1,9})[.)])\s+(.*)$/
const ROW = /^\s*\|(.+)\|\s*$/
const DIVIDER = /^\s*\|[\s:|-]+\|\s*$/
const FENCE = /^\s*```/
const RULE = /^\s*([-*_])(\s*\1){2,}\s*$/
const SAFE = /^(https?:\/\/|mailto:)/i
const INLINE =
  /`([^`]+)`|\*\*(.+?)\*\*|~~(.+?)~~|\*([^*\s](?:[^*]*[^*\s])?)\*|\[([^\]]+)\]\(([^()\s]+)\)|(https?:\/\/[^\s<>()]+[^\s<>().,;:!?])/

/** The blocks of a text. */
export function blocks(text: string): Block[] {
  const lines = text.replace(/\r\n?/g, '\n').split('\n')
  const found: Block[] = []
  let at = 0
  while (at < lines.length) {
    const line = lines[at] ?? ''
    if (!line.trim()) {
      at += 1
      continue
    }
    const [block, next] = oneBlock(lines, at, line)
    found.push(block)
    at = next
  }
  return found
}

function oneBlock(lines: readonly string[], at: number, line: string): [Block, number] {
  const heading = HEADING.exec(line)
  if (heading)
    return [
      { kind: 'heading', level: heading[1]?.length ?? 1, spans: spans(heading[2] ?? '') },
      at + 1,
    ]
  if (RULE.test(line)) return [{ kind: 'rule' }, at + 1]
  if (FENCE.test(line)) {
    const end = until(lines, at + 1, (one) => FENCE.test(one))
    return [{ kind: 'code', text: lines.slice(at + 1, end).join('\n') }, end + 1]
  }
  if (ROW.test(line)) {
    const end = until(lines, at, (one) => !ROW.test(one))
    const rows = lines.slice(at, end).filter((one) => !DIVIDER.test(one))
    return [{ kind: 'table', rows: rows.map(cells) }, end]
  }
  const item = ITEM.exec(line)
  if (item) {
    const end = until(lines, at, (one) => !ITEM.test(one))
    const items = lines.slice(at, end).map((one) => spans(ITEM.exec(one)?.[3] ?? ''))
    return [{ kind: 'list', ordered: item[2] !== undefined, items }, end]
  }
  if (line.startsWith('>')) {
    const end = until(lines, at, (one) => !one.startsWith('>'))
    const inside = lines.slice(at, end).map((one) => one.replace(/^>\s?/, ''))
    return [{ kind: 'quote', spans: spans(inside.join(' ')) }, end]
  }
  const end = until(lines, at + 1, (one) => !one.trim() || begins(one))
  return [{ kind: 'paragraph', spans: spans(lines.slice(at, end).join(' ')) }, end]
}

function begins(line: string): boolean {
  return [HEADING, ITEM, ROW, FENCE, RULE].some((start) => start.test(line)) || line[0] === '>'
}

function until(
  lines: readonly string[],
  from: number,
  ends: (line: string) => boolean,
): number {
  const found = lines.findIndex((line, at) => at >= from && ends(line))
  return found < 0 ? lines.length : found
}

function cells(line: string): Span[][] {
  return (ROW.exec(line)?.[1] ?? '').split('|').map((cell) => spans(cell.trim()))
}

/** The spans of a line. A link to anything but the web or a mail address stays text. */
export function spans(text: string): Span[] {
  const found: Span[] = []
  let rest = text
  while (rest) {
    const match = INLINE.exec(rest)
    if (!match) break
    if (match.index) found.push({ kind: 'text', text: rest.slice(0, match.index) })
    found.push(meant(match))
    rest = rest.slice(match.index + match[0].length)
  }
  if (rest) found.push({ kind: 'text', text: rest })
  return found
}

function meant(match: RegExpExecArray): Span {
  const [whole, code, strong, struck, em, label, to, bare] = match
  if (code !== undefined) return { kind: 'code', text: code }
  if (strong !== undefined) return { kind: 'strong', inside: spans(strong) }
  if (struck !== undefined) return { kind: 's', inside: spans(struck) }
  if (em !== undefined) return { kind: 'em', inside: spans(em) }
  if (bare !== undefined)
    return { kind: 'link', to: bare, inside: [{ kind: 'text', text: bare }] }
  if (to !== undefined && SAFE.test(to)) return { kind: 'link', to, inside: spans(label ?? '') }
  return { kind: 'text', text: whole }
}
