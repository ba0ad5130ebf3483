/** How a marked part of a text looks: in a list as its kind says, behind a field without moving letters. */
import type { CSSProperties } from 'vue'
import type { Taxonomy } from '../../api/types'

const mixed = (colour: string, share: number) =>
  `color-mix(in srgb, ${colour} ${share}%, transparent)`

export function styleOf({ marker, colour }: Taxonomy): CSSProperties {
  switch (marker) {
    case 'background':
      return { background: mixed(colour, 26) }
    case 'colour':
      return { color: `color-mix(in srgb, ${colour} 70%, var(--ink))` }
    case 'bold':
      return { fontWeight: 700 }
    case 'italic':
      return { fontStyle: 'italic' }
    case 'underline':
      return { textDecoration: `underline 2px ${colour}`, textUnderlineOffset: '4px' }
    default:
      return {}
  }
}

/** Bold and italic letters have other widths: behind a field they are a seam and a broken line. */
export function styleBehind({ marker, colour }: Taxonomy): CSSProperties {
  switch (marker) {
    case 'background':
      return { background: mixed(colour, 26) }
    case 'colour':
      return { WebkitTextStroke: `2.5px ${mixed(colour, 55)}` }
    case 'bold':
      return { WebkitTextStroke: '1px var(--ink)' }
    case 'italic':
      return { textDecoration: `underline 2px dashed ${colour}`, textUnderlineOffset: '4px' }
    default:
      return { textDecoration: `underline 2px ${colour}`, textUnderlineOffset: '4px' }
  }
}
