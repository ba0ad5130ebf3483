/** The language of the interface: chosen by the person, else as the browser has it. */
import { watch } from 'vue'
import { type Language, LANGUAGES, spoken, words } from '../words'
import type { Words } from '../words/gathered'
import { choice } from './choice'

const tables: Partial<Record<Language, () => Promise<{ default: Words }>>> = {
  fr: () => import('../words/fr'),
  de: () => import('../words/de'),
}

export const language = choice<Language>(
  'language',
  Object.keys(LANGUAGES) as Language[],
  spoken(navigator.languages),
)

/** Speak the language, now and whenever another one is chosen; done when its words are there. */
export async function applyLanguage(): Promise<void> {
  watch(language, (wanted) => void speak(wanted))
  await speak(language.value)
}

async function speak(wanted: Language): Promise<void> {
  const { locale, availableLocales, setLocaleMessage } = words.global
  try {
    const table = (availableLocales as string[]).includes(wanted)
      ? null
      : await tables[wanted]?.()
    if (table) setLocaleMessage(wanted as 'en', table.default as never)
  } catch {
    return // no connection: the words that are here still serve
  }
  if (language.value !== wanted) return
  locale.value = wanted as 'en'
  document.documentElement.lang = wanted
}
