/** The typeface in which transcriptions are shown and written: the usual one, or a free one that comes along. */
import { watch } from 'vue'
import { choice } from './choice'

export const TYPEFACES = ['usual', 'gentium', 'garamond', 'pica', 'english'] as const
export type Typeface = (typeof TYPEFACES)[number]

export const typeface = choice<Typeface>('typeface', TYPEFACES, 'usual')

/** Put the chosen typeface on the page, now and whenever it changes. */
export function applyTypeface(): void {
  watch(
    typeface,
    (chosen) => {
      document.documentElement.dataset.typeface = chosen
      if (chosen !== 'usual') void import('../styles/typefaces.css')
    },
    { immediate: true },
  )
}
