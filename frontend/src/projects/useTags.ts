/** The tags of a project; guests, who see only single documents of it, have none to choose from. */
import type { Ref } from 'vue'
import { api, ask } from '../api/client'
import { useNews } from '../live'
import { useLoaded } from '../api/useLoaded'

export function useTags(project: Ref<number | undefined>) {
  const tags = useLoaded(async () => {
    if (!project.value) return undefined
    const params = { path: { project_id: project.value }, query: { limit: 500 } }
    return ask(api.GET('/api/projects/{project_id}/tags', { params }))
  }, project)
  useNews('project', (news) => {
    if (news.project === project.value) void tags.reload()
  })
  return tags
}
