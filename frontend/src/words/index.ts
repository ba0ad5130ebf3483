/** The words of the interface: a folder for each language, in it the same files with the same keys. */
import { compile } from '@intlify/core-base'
import { createI18n, type MessageCompiler, type MessageContext } from 'vue-i18n'
import en from './en'
import { count } from './time'

/** What each language calls itself. */
export const LANGUAGES = { en: 'English', fr: 'Français', de: 'Deutsch' } as const
export type Language = keyof typeof LANGUAGES

/** The first of these wishes that we speak; they may name regions: de-CH. */
export function spoken(wishes: readonly string[]): Language {
  for (const wish of wishes) {
    const found = (Object.keys(LANGUAGES) as Language[]).find(
      (known) => wish?.split('-')[0]?.toLowerCase() === known,
    )
    if (found) return found
  }
  return 'en'
}

/** Counts in a sentence are written as the language writes them: 12 345 pages. */
const messageCompiler: MessageCompiler = (message, context) => {
  const spoken = compile(message, context)
  const interpolate = (value: unknown) =>
    typeof value === 'number' ? count(value, context.locale) : String(value ?? '')
  return (values: MessageContext<string>) =>
    spoken({ ...values, interpolate } as MessageContext<string>)
}

/** In French nothing is singular. Where a third form stands, the first one is for nothing. */
function french(amount: number, forms: number): number {
  return forms === 2 ? Number(amount >= 2) : Math.min(Math.floor(amount), 2)
}

export const words = createI18n({
  legacy: false,
  locale: 'en',
  fallbackLocale: 'en',
  messages: { en },
  messageCompiler,
  pluralRules: { fr: french },
})

/** Translate outside components. */
export const { t } = words.global
