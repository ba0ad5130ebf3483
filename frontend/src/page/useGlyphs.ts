/** The glyphs at hand: the person's own for this project where there are any, else the project's. */
import { computed } from 'vue'
import { prefer, preferences } from '../shell/preferences'
import type { Glyph } from './glyphs'
import type { WholePage } from './read'

/** What most projects with old Latin writing begin with; shown until somebody sets others. */
const USUAL: readonly Glyph[] = [
  { text: 'ꝑ', name: 'LATIN SMALL LETTER P WITH STROKE THROUGH DESCENDER' },
  { text: '⁊', name: 'TIRONIAN SIGN ET' },
  { text: 'ꝯ', name: 'LATIN SMALL LETTER CON' },
  { text: '\u0303', name: 'COMBINING TILDE' },
  { text: 'ſ', name: 'LATIN SMALL LETTER LONG S' },
  { text: 'ꝓ', name: 'LATIN SMALL LETTER P WITH FLOURISH' },
  { text: 'ꝗ', name: 'LATIN SMALL LETTER Q WITH STROKE THROUGH DESCENDER' },
  { text: '\u0305', name: 'COMBINING OVERLINE' },
  { text: '¶', name: 'PILCROW SIGN' },
]

type Own = Record<string, readonly Glyph[]>

export function useGlyphs(page: () => WholePage) {
  const all = computed(() => (preferences.glyphs ?? {}) as Own)
  const own = computed(() => all.value[String(page().project)] ?? null)
  const projects = computed(() => page().writing.glyphs as readonly Glyph[])
  const glyphs = computed(() => own.value ?? (projects.value.length ? projects.value : USUAL))
  return {
    glyphs,
    isOwn: computed(() => own.value !== null),
    /** Set one's own list for this project; null goes back to the project's. */
    setOwn(list: readonly Glyph[] | null) {
      const here = String(page().project)
      const kept = Object.entries(all.value).filter(([project]) => project !== here)
      if (list) kept.push([here, list])
      prefer('glyphs', kept.length ? Object.fromEntries(kept) : null)
    },
  }
}
