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

/** The texts of a page in several layers. */
export async function readTexts(id: number, layers: readonly number[]) {
  const query = { layers: layers.join() }
  const page = await ask(
    api.GET('/api/pages/{page_id}', { params: { path: { page_id: id }, query } }),
  )
  return page.texts
}
