import { onScopeDispose } from 'vue'

/**
 * The same act once, a moment after the first of the calls that ask for it; later ones wait for it too.
 *
 * In a component, or what it uses, it ends with that.
 */
export function gathered(act: () => unknown, ms: number): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  onScopeDispose(() => clearTimeout(timer), true)
  return () => {
    timer ??= setTimeout(() => {
      timer = undefined
      void act()
    }, ms)
  }
}
