/** What is done with the kinds of annotations of a project. */
import { api, ask } from '../api/client'
import type { Taxonomy } from '../api/types'
import { useLoaded } from '../api/useLoaded'
import { say, sayFault } from '../shell/toasts'
import { t } from '../words'

export const MARKERS = [
  'rectangle',
  'polygon',
  'background',
  'colour',
  'bold',
  'italic',
  'underline',
] as const
export type Marker = (typeof MARKERS)[number]

export function useTaxonomies(project: () => number) {
  const params = () => ({ path: { project_id: project() } })
  const taxonomies = useLoaded(
    () =>
      ask(
        api.GET('/api/projects/{project_id}/taxonomies', {
          params: { ...params(), query: { limit: 500 } },
        }),
      ),
    project,
  )

  /** Returns whether it was done. */
  async function guarded(act: () => Promise<unknown>): Promise<boolean> {
    let done = true
    try {
      await act()
    } catch (error) {
      sayFault(error)
      done = false
    }
    await taxonomies.reload()
    return done
  }

  const add = (name: string, marker: Marker) =>
    guarded(() =>
      ask(
        api.POST('/api/projects/{project_id}/taxonomies', {
          params: params(),
          body: { name, marker, components: [], comments: true },
        }),
      ),
    )

  const change = (
    { id, version }: Taxonomy,
    values: Partial<Pick<Taxonomy, 'name' | 'colour' | 'components' | 'comments'>>,
  ) =>
    guarded(() =>
      ask(
        api.PATCH('/api/taxonomies/{taxonomy_id}', {
          params: { path: { taxonomy_id: id } },
          body: { version, ...values },
        }),
      ),
    )

  const remove = ({ id, name }: Taxonomy) =>
    guarded(async () => {
      const path = { params: { path: { taxonomy_id: id } } }
      await ask(api.DELETE('/api/taxonomies/{taxonomy_id}', path))
      const run = () =>
        void guarded(() => ask(api.POST('/api/taxonomies/{taxonomy_id}/restore', path)))
      say(t('taxonomies.removed', { name }), { act: { label: t('do.undo'), run } })
    })

  return { taxonomies, add, change, remove }
}
