/** Two changes of one text put together, where they touch different characters. Pure. */
import { difference, graphemes } from './difference'

/** A piece of the old text, by its characters, and what stands there now. */
interface Patch {
  from: number
  to: number
  text: string
}

/**
 * Ours and theirs in one text; null where both touch the same characters or the same place.
 *
 * @param base the text that both began with.
 */
export function merged(base: string, ours: string, theirs: string): string | null {
  if (ours === theirs || theirs === base) return ours
  if (ours === base) return theirs
  const [mine, other] = [patches(base, ours), patches(base, theirs)]
  for (const a of mine) for (const b of other) if (meet(a, b)) return null
  const characters = graphemes(base)
  // From the end, so that the places before stay what they are.
  for (const { from, to, text } of [...mine, ...other].sort((a, b) => b.from - a.from))
    characters.splice(from, to - from, text)
  return characters.join('')
}

/** Do they touch? Changes right beside each other are one word to a reader: those meet too. */
function meet(a: Patch, b: Patch): boolean {
  return a.from <= b.to && b.from <= a.to
}

function patches(before: string, after: string): Patch[] {
  const found: Patch[] = []
  let at = 0
  let open: Patch | null = null
  for (const { kind, text } of difference(before, after)) {
    const length = graphemes(text).length
    if (kind === 'same') {
      open = null
      at += length
      continue
    }
    if (!open) {
      open = { from: at, to: at, text: '' }
      found.push(open)
    }
    if (kind === 'removed') {
      at += length
      open.to = at
    } else open.text += text
  }
  return found
}
