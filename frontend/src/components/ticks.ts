/** Round numbers for axes. Pure. */

/** Values from 0 to at least `most`, in steps of 1, 2 or 5 times a power of ten; about five. */
export function ticks(most: number): number[] {
  if (!(most > 0)) return [0, 1]
  const rough = most / 4
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 5, 10].find((one) => one * power >= rough) ?? 10) * power
  const count = Math.ceil(most / step - 1e-9)
  return Array.from({ length: count + 1 }, (_, at) => Number((at * step).toPrecision(12)))
}

/** At most so many of the values, evenly taken, the first one always. */
export function sparse<T>(values: readonly T[], most: number): T[] {
  const step = Math.max(1, Math.ceil(values.length / most))
  return values.filter((_, at) => at % step === 0)
}
