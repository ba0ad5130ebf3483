/** Something from the server that a view shows: the data, or why there is none. */
import { onScopeDispose, shallowRef, watch, type ShallowRef, type WatchSource } from 'vue'
import { asFault, type Fault } from './fault'

export interface Loaded<T> {
  data: ShallowRef<T | undefined>
  fault: ShallowRef<Fault | null>
  /** Ask again; what is shown stays until the answer is there. */
  reload(): Promise<void>
}

/**
 * Load now, and again whenever `of` changes (then from empty).
 *
 * An answer that a newer question has overtaken is thrown away.
 */
export function useLoaded<T>(
  load: () => Promise<T>,
  of?: WatchSource | WatchSource[],
): Loaded<T> {
  const data = shallowRef<T>()
  const fault = shallowRef<Fault | null>(null)
  let question = 0

  async function reload() {
    const mine = ++question
    try {
      const answer = await load()
      if (mine !== question) return
      data.value = answer
      fault.value = null
    } catch (error) {
      if (mine === question) fault.value = asFault(error)
    }
  }

  function renew() {
    data.value = undefined
    return reload()
  }

  void reload()
  if (of) watch(of, renew)
  onScopeDispose(() => {
    question += 1
  })
  return { data, fault, reload }
}
