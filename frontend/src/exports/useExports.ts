/** The list of exports, a portion at a time. */
import { type MaybeRefOrGetter, ref, toValue, watch } from 'vue'
import { api, ask } from '../api/client'
import { useLoaded } from '../api/useLoaded'

const PIECE = 50

export function useExports(
  which: MaybeRefOrGetter<{ document?: number; project?: number; mine?: boolean }>,
) {
  const shown = ref(PIECE)
  const list = useLoaded(
    () => {
      const query = { limit: shown.value, ...toValue(which) }
      return ask(api.GET('/api/exports', { params: { query } }))
    },
    () => toValue(which),
  )
  watch(shown, list.reload)
  const more = () => {
    shown.value += PIECE
  }
  return { ...list, more }
}
