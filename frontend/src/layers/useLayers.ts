/** The layers that a document has, asked for as soon as they are wanted. */
import { api, ask } from '../api/client'
import { useLoaded } from '../api/useLoaded'

export function useLayers(document: () => number, wanted: () => boolean) {
  return useLoaded(async () => {
    if (!wanted()) return undefined
    const path = { document_id: document() }
    return ask(
      api.GET('/api/documents/{document_id}/layers', {
        params: { path, query: { limit: 500 } },
      }),
    )
  }, [document, wanted])
}
