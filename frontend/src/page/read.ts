/** A whole page from the server. */
import { api, ask } from '../api/client'

/**
 * Regions, lines in reading order and the texts of one layer; of the newest where `layer` is null.
 *
 * @param against another layer whose texts are wanted beside them.
 */
export function readPage(id: number, layer: number | null, against: number | null = null) {
  if (early?.id === id && early.layer === layer && against === null) {
    const { answer } = early
    early = null
    return answer
  }
  return askFor(id, layer, against)
}

function askFor(id: number, layer: number | null, against: number | null) {
  const layers = [layer, against].filter((one) => one !== null).join()
  const query = layer === null ? {} : { layers }
  return ask(api.GET('/api/pages/{page_id}', { params: { path: { page_id: id }, query } }))
}

export type WholePage = Awaited<ReturnType<typeof askFor>>

let early: { id: number; layer: number | null; answer: Promise<WholePage> } | null = null

/** Ask for a page before its view is there; the answer is for the first who wants to read it. */
export function readEarly(id: number, layer: number | null): void {
  const answer = askFor(id, layer, null)
  early = { id, layer, answer }
  answer.catch(() => {
    early = null
  })
}

/** The texts of a page in several layers. */
export async function readTexts(id: number, layers: readonly number[]) {
  const query = { layers: layers.join() }
  const page = await ask(
    api.GET('/api/pages/{page_id}', { params: { path: { page_id: id }, query } }),
  )
  return page.texts
}
