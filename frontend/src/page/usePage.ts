/** What the view of a page loads: the page, its image, its document and the types of its project. */
import { computed } from 'vue'
import { api, ask } from '../api/client'
import { inTurn } from '../api/inTurn'
import { useLoaded } from '../api/useLoaded'
import { cutImage, cutNow } from './image'
import { pageOf } from './prefetch'

export function usePage(
  id: () => number,
  layer: () => number | null,
  against: () => number | null,
) {
  const page = useLoaded(() => pageOf(id(), layer(), against()), id)
  const cut = computed(() => page.data.value && cutImage(page.data.value))
  const awaited = useLoaded(
    async () => (page.data.value && !cut.value ? cutNow(page.data.value) : undefined),
    () => page.data.value?.image.sha256,
  )
  const image = {
    data: computed(() => cut.value ?? awaited.data.value),
    fault: awaited.fault,
    reload: awaited.reload,
  }
  const document = useLoaded(
    async () => {
      const id = page.data.value?.document
      if (!id) return undefined
      return ask(
        api.GET('/api/documents/{document_id}', { params: { path: { document_id: id } } }),
      )
    },
    () => page.data.value?.document,
  )
  const types = useLoaded(
    async () => {
      const id = page.data.value?.project
      if (!id) return undefined
      const params = { path: { project_id: id }, query: { limit: 500 } }
      return ask(api.GET('/api/projects/{project_id}/types', { params }))
    },
    () => page.data.value?.project,
  )
  return { page, readAgain: inTurn(page.reload), image, document, types }
}
