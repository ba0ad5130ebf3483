/**
 * The same act, never twice at a time. What is asked for meanwhile is done once, afterwards.
 *
 * Where news come more quickly than answers, each answer is shown, in place of being overtaken for ever.
 */
export function inTurn(act: () => Promise<void>): () => Promise<void> {
  let asked = false
  let busy = false
  return async () => {
    asked = true
    if (busy) return
    busy = true
    try {
      while (asked) {
        asked = false
        await act()
      }
    } finally {
      busy = false
    }
  }
}
