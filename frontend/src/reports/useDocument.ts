/** A document with its crumbs, for the views of it besides the pages. */
import { computed } from 'vue'
import { api, ask } from '../api/client'
import { may } from '../api/types'
import { useLoaded } from '../api/useLoaded'
import { useCrumbs } from '../shell/crumbs'
import { t } from '../words'

export function useDocument(id: () => number, here: () => string) {
  const document = useLoaded(
    () =>
      ask(api.GET('/api/documents/{document_id}', { params: { path: { document_id: id() } } })),
    id,
  )
  const home = computed(() => document.data.value?.project ?? 0)
  const project = useLoaded(async () => {
    if (!home.value) return undefined
    const params = { path: { project_id: home.value } }
    return ask(api.GET('/api/projects/{project_id}', { params }))
  }, home)
  useCrumbs(() => [
    { text: t('projects.title'), to: { name: 'projects' } },
    {
      text: project.data.value?.name ?? '…',
      to: { name: 'project', params: { id: home.value } },
    },
    { text: document.data.value?.name ?? '…', to: { name: 'document', params: { id: id() } } },
    { text: here() },
  ])
  const manages = computed(() => may(document.data.value?.role, 'manager'))
  const works = computed(() => may(document.data.value?.role, 'transcriber'))
  return { document, manages, works }
}
