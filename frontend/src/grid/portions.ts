/** The server takes so many pages in one call; more go in several. */

export const MOST = 5000

/** The list in pieces of at most `MOST`. */
export function portions<T>(list: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(list.length / MOST) }, (_, at) =>
    list.slice(at * MOST, (at + 1) * MOST),
  )
}
