/** A whole page from the server. */
import { api, ask } from '../api/client'

/** Regions, lines in reading order and the texts of one layer; of the newest where `layer` is null. */
export function readPage(id: number, layer: number | null) {
  const query = layer === null ? {} : { layers: String(layer) }
  return ask(api.GET('/api/pages/{page_id}', { params: { path: { page_id: id }, query } }))
}

export type WholePage = Awaited<ReturnType<typeof readPage>>
