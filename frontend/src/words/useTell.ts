/** Times and counts in the chosen language, for templates. */
import { ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { ago, bytes, count, exact } from './time'

/** Moves on by itself, so that “5 seconds ago” does not stay on the screen for an hour. */
const now = ref(Date.now())
setInterval(() => {
  now.value = Date.now()
}, 15_000)

export function useTell() {
  const { locale } = useI18n()
  return {
    ago: (at: string) => ago(Date.parse(at), Math.max(now.value, Date.parse(at)), locale.value),
    exact: (at: string) => exact(Date.parse(at), locale.value),
    count: (value: number, digits?: number) => count(value, locale.value, digits),
    /** A day as 2026-11-25 with its month as a word, since 11/12 is read in two ways. */
    day: (date: string) =>
      new Intl.DateTimeFormat(locale.value, { dateStyle: 'medium', timeZone: 'UTC' }).format(
        new Date(`${date}T00:00:00Z`),
      ),
    /** A length of time in the unit that fits: 40 s, 12 min, 3 h. */
    lasting: (seconds: number) => {
      const [amount, unit] =
        seconds < 90
          ? [seconds, 'second']
          : seconds < 5400
            ? [seconds / 60, 'minute']
            : [seconds / 3600, 'hour']
      return new Intl.NumberFormat(locale.value, {
        style: 'unit',
        unit: String(unit),
        unitDisplay: 'short',
        maximumFractionDigits: unit === 'hour' ? 1 : 0,
      }).format(Number(amount))
    },
    bytes: (value: number) => bytes(value, locale.value),
    percent: (share: number) =>
      new Intl.NumberFormat(locale.value, {
        style: 'percent',
        maximumFractionDigits: 0,
      }).format(share),
  }
}
