/** The pages before and after the open one, known before they are asked for: turning never waits. */
import { computed, shallowRef, watch } from 'vue'
import { api, ask } from '../api/client'
import { useNews } from '../live'

const AROUND = 50 // pages on either side that are known
const EDGE = 3 // from the end of what is known at which more is fetched

interface Known {
  document: number
  offset: number
  ids: readonly number[]
  count: number
}

/**
 * @param id of the open page.
 * @param place its document and position, as soon as they are known.
 */
export function useNeighbours(
  id: () => number,
  place: () => { document: number; position: number } | undefined,
) {
  const known = shallowRef<Known>()
  const at = computed(() => known.value?.ids.indexOf(id()) ?? -1)
  const step = (by: number) => (at.value < 0 ? undefined : known.value?.ids[at.value + by])

  async function load(document: number, position: number) {
    const offset = Math.max(0, position - AROUND)
    const query = { offset, limit: 2 * AROUND + 1 }
    const params = { path: { document_id: document }, query }
    try {
      const { items, count } = await ask(
        api.GET('/api/documents/{document_id}/pages', { params }),
      )
      known.value = { document, offset, ids: items.map((page) => page.id), count }
    } catch {
      // The page itself tells what is wrong; without neighbours it can still be read.
    }
  }

  /** Close to an end of what is known that is not the document's own? */
  function short({ offset, ids, count }: Known): boolean {
    const first = at.value < EDGE && offset > 0
    return first || (at.value >= ids.length - EDGE && offset + ids.length < count)
  }

  watch(
    [id, place],
    () => {
      const here = place()
      if (at.value >= 0 && known.value) {
        if (short(known.value)) void load(known.value.document, known.value.offset + at.value)
      } else if (here) {
        void load(here.document, here.position)
      }
    },
    { immediate: true },
  )
  function renew() {
    if (known.value) void load(known.value.document, known.value.offset + Math.max(0, at.value))
  }
  useNews(
    'document',
    ({ payload }) => {
      if (payload.document === known.value?.document) renew()
    },
    renew,
  )

  return {
    before: computed(() => step(-1)),
    after: computed(() => step(1)),
    /** As people count, from 1. */
    number: computed(() =>
      known.value && at.value >= 0 ? known.value.offset + at.value + 1 : undefined,
    ),
    count: computed(() => known.value?.count),
  }
}
