/** A whole page from the server. */
import { api, ask } from '../api/client'

/**
 * Regions, lines in reading order and the texts of one layer; of the newest where `layer` is null.
 *
 * @param against another layer whose texts are wanted beside them.
 */
export function readPage(id: number, layer: number | null, against: number | null = null) {
  const layers = [layer, against].filter((one) => one !== null).join()
  const query = layer === null ? {} : { layers }
  return ask(api.GET('/api/pages/{page_id}', { params: { path: { page_id: id }, query } }))
}

export type WholePage = Awaited<ReturnType<typeof readPage>>
