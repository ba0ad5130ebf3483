/** Times and counts as people of the language write them. */

const UNITS = [
  ['second', 60],
  ['minute', 60],
  ['hour', 24],
] as const

/** Relative under a day, the date after; `now` and `then` in ms. */
export function ago(then: number, now: number, locale: string): string {
  let amount = Math.round((then - now) / 1000)
  for (const [unit, size] of UNITS) {
    if (Math.abs(amount) < size)
      return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(amount, unit)
    amount = Math.round(amount / size)
  }
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }).format(then)
}

/** Date and time to the second. */
export function exact(then: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'medium' }).format(
    then,
  )
}

/** 12345 as the language writes it. */
/** A number; with `digits` so many behind the point, so that a column of them is even. */
export function count(value: number, locale: string, digits?: number): string {
  const places = { minimumFractionDigits: digits, maximumFractionDigits: digits }
  return new Intl.NumberFormat(locale, digits === undefined ? {} : places).format(value)
}

/** Bytes in the unit that keeps three figures. */
export function bytes(value: number, locale: string): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte']
  let at = 0
  let amount = value
  while (amount >= 1000 && at < units.length - 1) {
    amount /= 1000
    at += 1
  }
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: units[at] ?? 'byte',
    unitDisplay: at ? 'short' : 'long',
    maximumSignificantDigits: 3,
  }).format(amount)
}
