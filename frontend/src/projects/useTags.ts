/** Tags of a project for its documents and pages, and one's own for projects. */
import type { Ref } from 'vue'
import { api, ask } from '../api/client'
import type { Tag } from '../api/types'
import { useLoaded } from '../api/useLoaded'
import { useNews } from '../live'
import { t } from '../words'

/** Where tags are made, coloured and deleted. */
export interface TagDoor {
  none: string
  create(name: string, colour: string): Promise<Tag>
  recolour(tag: number, colour: string): Promise<unknown>
  remove(tag: number): Promise<unknown>
}

export function projectTags(project: number): TagDoor {
  const params = { path: { project_id: project } }
  const one = (tag: number) => ({ params: { path: { tag_id: tag } } })
  return {
    none: t('tags.none'),
    create: (name, colour) =>
      ask(api.POST('/api/projects/{project_id}/tags', { params, body: { name, colour } })),
    recolour: (tag, colour) =>
      ask(api.PATCH('/api/tags/{tag_id}', { ...one(tag), body: { colour } })),
    remove: (tag) => ask(api.DELETE('/api/tags/{tag_id}', one(tag))),
  }
}

export function ownTags(): TagDoor {
  const one = (tag: number) => ({ params: { path: { own_tag_id: tag } } })
  return {
    none: t('tags.noneOwn'),
    create: (name, colour) => ask(api.POST('/api/me/project-tags', { body: { name, colour } })),
    recolour: (tag, colour) =>
      ask(api.PATCH('/api/me/project-tags/{own_tag_id}', { ...one(tag), body: { colour } })),
    remove: (tag) => ask(api.DELETE('/api/me/project-tags/{own_tag_id}', one(tag))),
  }
}

/** The tags of a project; guests, who see only single documents of it, have none to choose from. */
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
