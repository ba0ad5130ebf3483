/** Two layers of a document beside each other, page by page, asked for in pieces. */
import { computed, shallowRef, watch } from 'vue'
import { api, ask } from '../api/client'
import { asFault, type Fault } from '../api/fault'
import type { components } from '../api/schema'

export type Compared = components['schemas']['PageCompared']
const PIECE = 500

export function useComparison(
  document: () => number,
  reference: () => number | null,
  other: () => number | null,
) {
  const rows = shallowRef<readonly Compared[]>([])
  const total = shallowRef(0)
  const done = shallowRef(0)
  const fault = shallowRef<Fault | null>(null)
  let question = 0

  async function compare() {
    const mine = ++question
    const [one, two] = [reference(), other()]
    rows.value = []
    done.value = total.value = 0
    fault.value = null
    if (one === null || two === null || one === two) return
    try {
      do {
        const params = {
          path: { document_id: document() },
          query: { reference: one, other: two, offset: done.value, limit: PIECE },
        }
        const part = await ask(api.GET('/api/documents/{document_id}/compare', { params }))
        if (mine !== question) return
        rows.value = [...rows.value, ...part.pages]
        total.value = part.total
        done.value += PIECE
      } while (done.value < total.value)
    } catch (error) {
      if (mine === question) fault.value = asFault(error)
    }
  }
  watch([document, reference, other], compare, { immediate: true })

  /** Sums over all pages: the rates of the whole document. */
  const sums = computed(() => {
    const sum = (
      key: 'lines' | 'lines_equal' | 'characters' | 'errors' | 'words' | 'word_errors',
    ) => rows.value.reduce((all, row) => all + row[key], 0)
    const characters = sum('characters')
    const words = sum('words')
    return {
      lines: sum('lines'),
      lines_equal: sum('lines_equal'),
      characters,
      errors: sum('errors'),
      cer: characters ? sum('errors') / characters : 0,
      wer: words ? sum('word_errors') / words : 0,
    }
  })
  return { rows, total, done, fault, sums }
}
