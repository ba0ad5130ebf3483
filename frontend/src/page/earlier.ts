/** Earlier states of a page, which the server keeps as snapshots, and the way back to one. */
import { api, ask, onceKey } from '../api/client'
import { sayFault, say } from '../shell/toasts'
import { t } from '../words'
import { drawingStored } from './saving'

/** Why a state was kept, in the server's words. */
const REASONS = [
  [/^Segmented with (.+)$/, 'segmented'],
  [/^Lines found with (.+)$/, 'lines'],
  [/^Regions found with (.+)$/, 'regions'],
  [/^Before importing (.+)$/, 'imported'],
  [/^Before masks were drawn anew$/, 'masks'],
  [/^Before the image was replaced$/, 'image'],
  [/^Before the page was turned$/, 'turned'],
  [/^Before the page was cut$/, 'cut'],
  [/^Before restoring the state of/, 'restored'],
] as const

/** A reason as a word of `earlier.why.*`, and what it speaks of; null where it is another one. */
export function whyOf(reason: string) {
  for (const [form, word] of REASONS) {
    const found = form.exec(reason)
    if (found) return { word, what: found[1] ?? '' }
  }
  return null
}

/**
 * Make a page what it was, once all that was done here is stored. Raises a Fault.
 *
 * @returns whether it could be done; false where something that was drawn is not on the server yet.
 */
export async function restoreState(page: number, snapshot: number): Promise<boolean> {
  if (!(await drawingStored(page))) return false
  const params = { path: { snapshot_id: snapshot } }
  const { undo } = await ask(
    api.POST('/api/snapshots/{snapshot_id}/restore', { params, headers: onceKey() }),
  )
  const act = undo === null ? undefined : { label: t('do.undo'), run: () => again(page, undo) }
  say(t('earlier.back'), { act })
  return true
}

/** The same where nothing is open that could show a fault. */
export async function again(page: number, snapshot: number): Promise<void> {
  try {
    if (!(await restoreState(page, snapshot))) say(t('turn.unsaved'))
  } catch (error) {
    sayFault(error)
  }
}
