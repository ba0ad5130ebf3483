/** A project with its crumbs, for the views of it. */
import { computed } from 'vue'
import { api, ask } from '../api/client'
import { may } from '../api/types'
import { useLoaded } from '../api/useLoaded'
import { useNews } from '../live'
import { useCrumbs } from '../shell/crumbs'
import { t } from '../words'

export function useProject(id: () => number, here: () => string) {
  const project = useLoaded(
    () =>
      ask(api.GET('/api/projects/{project_id}', { params: { path: { project_id: id() } } })),
    id,
  )
  useNews('project', (news) => {
    if (news.project === id()) void project.reload()
  })
  useCrumbs(() => [
    { text: t('projects.title'), to: { name: 'projects' } },
    { text: project.data.value?.name ?? '…', to: { name: 'project', params: { id: id() } } },
    { text: here() },
  ])
  const manages = computed(() => may(project.data.value?.role, 'manager'))
  return { project, manages }
}
