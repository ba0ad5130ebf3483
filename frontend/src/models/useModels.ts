/** The models of a kind that we may use, asked for when a dialog opens. */
import type { Ref } from 'vue'
import { api, ask } from '../api/client'
import { useLoaded } from '../api/useLoaded'

export function useModels(kind: 'recognition' | 'segmentation', open: Ref<boolean>) {
  return useLoaded(async () => {
    if (!open.value) return undefined
    return ask(api.GET('/api/models', { params: { query: { kind, limit: 500 } } }))
  }, open)
}
