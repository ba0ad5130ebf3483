/** Which pages of a document are chosen, in the order of the document. */
import { computed, ref, type ShallowRef, watch } from 'vue'
import { api, ask } from '../api/client'
import type { PageRow } from '../api/types'
import { sayFault } from '../shell/toasts'
import { type Question, queryOf } from './filters'
import { extend, NOTHING, type Selection, toggle } from './selection'
import type { SparseList } from './sparse'

export function useChosen(
  document: () => number,
  list: ShallowRef<SparseList<PageRow>>,
  shown: () => Question,
) {
  const selection = ref<Selection>(NOTHING)
  /** Where each page stands, as far as we were told: by the list, or by a choice of many. */
  const places = new Map<number, number>()
  watch(document, () => {
    selection.value = NOTHING
    places.clear()
  })

  const placeOf = (id: number) => list.value.placeOf(id) ?? places.get(id) ?? 0
  const chosen = computed(() =>
    [...selection.value.ids].sort((a, b) => placeOf(a) - placeOf(b)),
  )

  async function extendTo(place: number) {
    const from = selection.value.anchor ?? place
    await list.value.ensure(Math.min(from, place), Math.max(from, place))
    selection.value = extend(selection.value, place, (one) => list.value.at(one)?.id)
  }

  /** Ask the server which pages a question means; returns how many. */
  async function choose(question: Question, add = false): Promise<number> {
    const params = { path: { document_id: document() }, query: queryOf(question) }
    const { page_ids } = await ask(api.GET('/api/documents/{document_id}/page-ids', { params }))
    page_ids.forEach((id, at) => {
      if (!places.has(id)) places.set(id, at)
    })
    const ids = new Set(add ? [...selection.value.ids, ...page_ids] : page_ids)
    selection.value = { ids, anchor: ids.size ? 0 : null }
    return page_ids.length
  }

  return {
    selection,
    chosen,
    choose,
    extendTo,
    all: () => choose(shown()).catch(sayFault),
    clear: () => {
      selection.value = NOTHING
    },
    toggle: (id: number, place: number) => {
      selection.value = toggle(selection.value, id, place)
    },
  }
}
