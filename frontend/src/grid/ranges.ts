/** Chosen places as people write them: 1-20,25. */

/** Places count from 0, what is written from 1. */
export function written(places: Iterable<number>): string {
  const sorted = [...new Set(places)].sort((a, b) => a - b)
  const parts: string[] = []
  let from: number | undefined
  sorted.forEach((place, at) => {
    from ??= place
    if (sorted[at + 1] === place + 1) return
    parts.push(from === place ? `${place + 1}` : `${from + 1}-${place + 1}`)
    from = undefined
  })
  return parts.join(',')
}
