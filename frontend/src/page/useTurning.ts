/** Turning to the neighbours of a page, at once or as soon as they are known. */
import { type Ref, watch } from 'vue'
import { useRouter } from 'vue-router'

export function useTurning(
  before: Ref<number | undefined>,
  after: Ref<number | undefined>,
  number: Ref<number | undefined>,
) {
  const router = useRouter()
  function turn(to: number | undefined) {
    if (to !== undefined) void router.replace({ name: 'page', params: { id: to } })
  }
  /** A key that was pressed before the neighbours were known; it must not be lost. */
  let asked: 'before' | 'after' | null = null
  function step(way: 'before' | 'after') {
    if (number.value === undefined) asked = way
    else turn(way === 'before' ? before.value : after.value)
  }
  watch(number, (known) => {
    if (known === undefined || !asked) return
    const way = asked
    asked = null
    step(way)
  })
  return { turn, step }
}
