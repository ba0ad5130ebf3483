/** The words of the interface. Another language is another table of the same shape. */
import { createI18n } from 'vue-i18n'
import { en } from './en'

/** What every language has to say. */
export type Words = typeof en

export const words = createI18n({
  legacy: false,
  locale: 'en',
  fallbackLocale: 'en',
  messages: { en },
})

/** Translate outside components. */
export const { t } = words.global
