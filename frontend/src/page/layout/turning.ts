/** Turning and cutting a page with everything on it: a job of the server. */
import { api, ask, onceKey } from '../../api/client'
import { remember } from '../../jobs/open'
import { drawingStored } from '../saving'

/** A part of the image, in its pixels. */
export interface Part {
  x: number
  y: number
  width: number
  height: number
}

/**
 * Have a page turned clockwise, after `crop` was cut out of it. Raises a Fault.
 *
 * @returns false where something that was drawn is not on the server yet.
 */
export async function turnPage(
  page: { id: number; document: number },
  degrees: number,
  crop: Part | null,
): Promise<boolean> {
  if (!(await drawingStored(page.id))) return false
  const params = { path: { document_id: page.document }, header: onceKey() }
  const body = { page_ids: [page.id], degrees, crop }
  remember(await ask(api.POST('/api/documents/{document_id}/pages/turn', { params, body })))
  return true
}
