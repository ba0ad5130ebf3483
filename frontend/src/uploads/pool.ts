/** Do the same with many things, a few at a time. */

/**
 * Run `act` on every item, at most `width` at once, in order of the list.
 *
 * `act` has to deal with its own errors; the first one that it lets through ends everything.
 */
export async function each<T>(
  items: readonly T[],
  width: number,
  act: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = items[Symbol.iterator]()
  const lane = async () => {
    for (const item of waiting) await act(item)
  }
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane))
}
