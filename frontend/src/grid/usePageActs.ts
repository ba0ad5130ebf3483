/** What is done with pages of a document at once: put elsewhere, deleted, brought back, tagged. */
import { api, ask } from '../api/client'
import { say, sayFault } from '../shell/toasts'
import { t } from '../words'

export function usePageActs(document: () => number, reload: () => Promise<void>) {
  const params = () => ({ path: { document_id: document() } })

  async function guarded(act: () => Promise<void>) {
    try {
      await act()
    } catch (error) {
      sayFault(error)
    }
  }

  /** Put pages, in the order given, at a place; `undo` says where each came from. */
  async function put(ids: readonly number[], to: number): Promise<void> {
    const body = { page_ids: [...ids], to: Math.max(0, to) }
    await ask(api.POST('/api/documents/{document_id}/pages/move', { params: params(), body }))
    await reload()
  }

  const move = (ids: readonly number[], to: number, back: () => Promise<void>) =>
    guarded(async () => {
      await put(ids, to)
      say(t('choose.moved', ids.length), {
        act: { label: t('do.undo'), run: () => void guarded(back) },
      })
    })

  const bringBack = (page_ids: number[]) =>
    guarded(async () => {
      await ask(
        api.POST('/api/documents/{document_id}/pages/restore', {
          params: params(),
          body: { page_ids },
        }),
      )
      await reload()
    })

  const remove = (page_ids: number[], gone: () => void) =>
    guarded(async () => {
      await ask(
        api.POST('/api/documents/{document_id}/pages/remove', {
          params: params(),
          body: { page_ids },
        }),
      )
      gone()
      say(t('grid.removed', page_ids.length), {
        act: { label: t('do.undo'), run: () => void bringBack(page_ids) },
      })
      await reload()
    })

  async function tag(page_ids: number[], add: number[], take: number[]): Promise<void> {
    const body = { page_ids, add, take }
    await ask(api.POST('/api/documents/{document_id}/pages/tag', { params: params(), body }))
    await reload()
  }

  const stop = (page: number) =>
    guarded(async () => {
      const { jobs } = await ask(
        api.POST('/api/pages/{page_id}/stop', { params: { path: { page_id: page } } }),
      )
      say(jobs ? t('choose.stopped') : t('choose.notStopped'))
      await reload()
    })

  return { put, move, remove, bringBack, tag, stop }
}
