/** Find and replace: what is asked, and taking it back. */
import { api, ask, onceKey } from '../api/client'
import type { components } from '../api/schema'
import { say, sayFault } from '../shell/toasts'
import { t } from '../words'

export type Asked = components['schemas']['Asked']
export type Found = components['schemas']['Preview']
export type Place = components['schemas']['Place']

export function previewOf(project: number, body: Asked): Promise<Found> {
  const params = { path: { project_id: project } }
  return ask(api.POST('/api/projects/{project_id}/replacements/preview', { params, body }))
}

/** Replace, and say so with a way back. */
export async function replaceAll(
  project: number,
  body: Asked,
  again: () => void,
): Promise<void> {
  const params = { path: { project_id: project } }
  const done = await ask(
    api.POST('/api/projects/{project_id}/replacements', { params, headers: onceKey(), body }),
  )
  again()
  say(t('replace.done', { texts: done.texts, matches: done.matches }), {
    act: { label: t('do.undo'), run: () => void undo(done.id, again) },
  })
  if (done.left) say(t('replace.left', { n: done.left }))
}

async function undo(id: number, again: () => void) {
  try {
    const params = { path: { replacement_id: id } }
    const { texts, left, items } = await ask(
      api.POST('/api/replacements/{replacement_id}/undo', { params, headers: onceKey() }),
    )
    again()
    const pages = [...new Set(items.map((one) => one.page_name))].slice(0, 5).join(', ')
    say(
      left
        ? t('replace.undoneBut', { n: texts, left, pages })
        : t('replace.undone', { n: texts }),
    )
  } catch (error) {
    sayFault(error)
  }
}
