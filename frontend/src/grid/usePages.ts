/** The pages of a document as the grid shows them, kept up to date by the news. */
import { onScopeDispose, shallowRef, watch } from 'vue'
import { api, ask } from '../api/client'
import { asFault, type Fault } from '../api/fault'
import type { PageRow } from '../api/types'
import { useNews } from '../live'
import { EVERYTHING, type Question, queryOf } from './filters'
import { SparseList } from './sparse'

const GATHER_MS = 400 // news of many pages become one question

/**
 * @param document whose pages.
 * @param asked which of them; by default all.
 */
export function usePages(document: () => number, asked: () => Question = () => EVERYTHING) {
  const count = shallowRef<number>()
  const fault = shallowRef<Fault | null>(null)
  const list = shallowRef(made(document()))
  /** A new function whenever something new is known, so that what calls it is drawn again. */
  const at = shallowRef((place: number) => list.value.at(place))
  let seen = { from: 0, to: 0 }
  let timer: ReturnType<typeof setTimeout> | undefined
  let whole = false
  const changed = new Set<number>()

  function made(id: number): SparseList<PageRow> {
    const query = queryOf(asked())
    const pages: SparseList<PageRow> = new SparseList(
      (offset, limit) =>
        ask(
          api.GET('/api/documents/{document_id}/pages', {
            params: { path: { document_id: id }, query: { ...query, offset, limit } },
          }),
        ),
      () => {
        if (pages !== list.value) return
        count.value = pages.count
        at.value = (place) => pages.at(place)
      },
    )
    return pages
  }

  async function guarded(act: () => Promise<void>) {
    try {
      await act()
      fault.value = null
    } catch (error) {
      fault.value = asFault(error)
    }
  }

  function see(from: number, to: number) {
    seen = { from, to }
    void guarded(() => list.value.ensure(from, to))
  }

  function reload() {
    return guarded(() => list.value.reload(seen.from, seen.to))
  }

  function gather(page?: number) {
    if (page === undefined) whole = true
    else changed.add(page)
    timer ??= setTimeout(flush, GATHER_MS)
  }

  function flush() {
    timer = undefined
    const pages = [...changed]
    const all = whole
    changed.clear()
    whole = false
    void (all ? reload() : guarded(() => list.value.refresh(pages)))
  }

  useNews('page', ({ payload }) => {
    if (payload.document === document()) gather(Number(payload.page))
  })
  useNews(
    'document',
    ({ payload }) => {
      if (payload.document === document()) gather()
    },
    () => gather(),
  )
  useNews('job', ({ payload }) => {
    if (payload.document !== document()) return
    // A job that begins or ends changes what its pages are busy with.
    gather(typeof payload.page === 'number' ? payload.page : undefined)
  })

  watch([document, asked], ([id], [before]) => {
    // Other pages of the same document: what is shown stays until they are there.
    if (id !== before) count.value = undefined
    list.value = made(id)
    if (id !== before) at.value = () => undefined
    see(0, 0)
  })
  onScopeDispose(() => clearTimeout(timer))
  see(0, 0)

  return { count, at, fault, see, reload, list }
}
