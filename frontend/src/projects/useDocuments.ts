/** The documents of a project as the list shows them, however many; kept up to date by the news. */
import { shallowRef, watch } from 'vue'
import { api, ask } from '../api/client'
import { asFault, type Fault } from '../api/fault'
import { gathered } from '../api/gathered'
import type { Document } from '../api/types'
import { SparseList } from '../grid/sparse'
import { useNews } from '../live'

export const SORTS = [
  { sort: 'name', word: 'name' },
  { sort: '-updated', word: 'updated' },
  { sort: '-created', word: 'created' },
  { sort: '-pages', word: 'pages' },
] as const
export type Sort = (typeof SORTS)[number]['sort']

export interface Asked {
  q: string
  sort: Sort
  archived: boolean
  tags: readonly number[]
  match: 'any' | 'all' | 'none'
}

const GATHER_MS = 800

export function useDocuments(project: () => number, asked: () => Asked) {
  const count = shallowRef<number>()
  const fault = shallowRef<Fault | null>(null)
  const list = shallowRef(made())
  const at = shallowRef((place: number) => list.value.at(place))
  let seen = { from: 0, to: 0 }

  function made(): SparseList<Document> {
    const { q, sort, archived, tags, match } = asked()
    const path = { project_id: project() }
    const query = { q: q.trim(), sort, archived, tags: tags.join(','), match }
    const found: SparseList<Document> = new SparseList(
      (offset, limit) =>
        ask(
          api.GET('/api/projects/{project_id}/documents', {
            params: { path, query: { ...query, offset, limit } },
          }),
        ),
      () => {
        if (found !== list.value) return
        count.value = found.count
        at.value = (place) => found.at(place)
      },
    )
    return found
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
  const reload = () => guarded(() => list.value.reload(seen.from, seen.to))
  const gather = gathered(reload, GATHER_MS)
  useNews('document', gather, gather)
  useNews('page', gather)

  watch([project, asked], ([id], [before]) => {
    if (id !== before) count.value = undefined
    list.value = made()
    see(0, 0)
  })
  see(0, 0)

  return { count, at, fault, see, reload }
}
