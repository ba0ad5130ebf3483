/** Turning and cutting a page with everything on it: a job of the server. */
import { api, ask, onceKey } from '../../api/client'
import { remember } from '../../jobs/open'
import { say, sayFault } from '../../shell/toasts'
import { t } from '../../words'
import { again } from '../earlier'
import { drawingStored } from '../saving'

/** A part of the image, in its pixels. */
export interface Part {
  x: number
  y: number
  width: number
  height: number
}

/** A page and the image that it stands on. */
interface Turned {
  id: number
  document: number
  image: { sha256: string }
}

/**
 * Have a page turned clockwise, after `crop` was cut out of it. Raises a Fault.
 *
 * Once it is done the way back is offered.
 *
 * @returns false where something that was drawn is not on the server yet.
 */
export async function turnPage(
  page: Turned,
  degrees: number,
  crop: Part | null,
): Promise<boolean> {
  if (!(await drawingStored(page.id))) return false
  const params = { path: { document_id: page.document }, header: onceKey() }
  const body = { page_ids: [page.id], degrees, crop }
  const job = await ask(api.POST('/api/documents/{document_id}/pages/turn', { params, body }))
  remember(job, { label: t('do.undo'), run: () => turnBack(page) })
  return true
}

/** Bring image and shapes back as they were before they were turned. */
async function turnBack({ id, image }: Turned): Promise<void> {
  try {
    const params = { path: { page_id: id } }
    const { former_images } = await ask(api.GET('/api/pages/{page_id}/facts', { params }))
    const former = former_images.find(({ sha256 }) => sha256 === image.sha256)
    if (former?.snapshot) await again(id, former.snapshot)
    else say(t('turn.noWay'))
  } catch (error) {
    sayFault(error)
  }
}
