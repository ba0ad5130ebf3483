/** Times and counts in the chosen language, for templates. */
import { useI18n } from 'vue-i18n'
import { ago, bytes, count, exact } from './time'

export function useTell() {
  const { locale } = useI18n()
  return {
    ago: (at: string) => ago(Date.parse(at), Date.now(), locale.value),
    exact: (at: string) => exact(Date.parse(at), locale.value),
    count: (value: number) => count(value, locale.value),
    bytes: (value: number) => bytes(value, locale.value),
    percent: (share: number) =>
      new Intl.NumberFormat(locale.value, {
        style: 'percent',
        maximumFractionDigits: 1,
      }).format(share),
  }
}
