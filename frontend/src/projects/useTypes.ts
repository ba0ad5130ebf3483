/** What is done with the types of a project; each act answers with whether it was done. */
import { api, ask } from '../api/client'
import { useLoaded } from '../api/useLoaded'
import { say, sayFault } from '../shell/toasts'
import { t } from '../words'

export const KINDS = ['region', 'line', 'page'] as const
export type Kind = (typeof KINDS)[number]

export function useTypes(project: () => number) {
  const params = () => ({ path: { project_id: project() } })
  const types = useLoaded(
    () =>
      ask(
        api.GET('/api/projects/{project_id}/types', {
          params: { ...params(), query: { limit: 500 } },
        }),
      ),
    project,
  )

  async function guarded(act: () => Promise<unknown>): Promise<void> {
    try {
      await act()
    } catch (error) {
      sayFault(error)
    }
    await types.reload()
  }

  const add = (kind: Kind, name: string) =>
    guarded(() =>
      ask(
        api.POST('/api/projects/{project_id}/types', {
          params: params(),
          body: { kind, name },
        }),
      ),
    )

  const change = (
    type: { id: number; version: number },
    values: { name?: string; colour?: string; key?: string },
  ) =>
    guarded(() =>
      ask(
        api.PATCH('/api/types/{type_id}', {
          params: { path: { type_id: type.id } },
          body: { version: type.version, ...values },
        }),
      ),
    )

  const restore = (id: number) =>
    guarded(() =>
      ask(api.POST('/api/types/{type_id}/restore', { params: { path: { type_id: id } } })),
    )

  const remove = (type: { id: number; name: string }, heir: number | null) =>
    guarded(async () => {
      await ask(
        api.DELETE('/api/types/{type_id}', {
          params: {
            path: { type_id: type.id },
            query: heir === null ? {} : { move_to: heir },
          },
        }),
      )
      say(t('types.removed', { name: type.name }), {
        act: { label: t('do.undo'), run: () => void restore(type.id) },
      })
    })

  const order = (type_ids: number[]) =>
    guarded(() =>
      ask(
        api.POST('/api/projects/{project_id}/types/order', {
          params: params(),
          body: { type_ids },
        }),
      ),
    )

  const segmonto = () =>
    guarded(async () => {
      const { added } = await ask(
        api.POST('/api/projects/{project_id}/types/segmonto', { params: params() }),
      )
      say(t('types.added', added))
    })

  const bring = (file: File) =>
    guarded(async () => {
      const body = JSON.parse(await file.text()) as Record<string, never>
      const { added } = await ask(
        api.POST('/api/projects/{project_id}/ontology', { params: params(), body }),
      )
      say(t('types.added', added))
    })

  return { types, add, change, remove, restore, order, segmonto, bring }
}
