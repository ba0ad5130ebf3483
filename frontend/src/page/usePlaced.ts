/** The texts of a page at their places, worked out only while somebody looks at them. */
import { computed } from 'vue'
import { type PlacedText, placeOf } from './placed'
import type { ListedLine } from './present'
import type { DrawnLine } from './scene'
import { lineHeight } from './shapes'

export function usePlaced(
  lines: () => readonly ListedLine[],
  shapes: () => readonly DrawnLine[],
  wanted: () => boolean,
) {
  const byId = computed(() => new Map(shapes().map((shape) => [shape.id, shape])))
  const usual = computed(() => lineHeight(shapes().map((shape) => shape.mask)))
  /** Lines that stay as they were keep their place: measuring 5,000 for one letter is too much. */
  let known = new Map<ListedLine, { shape: DrawnLine; place: PlacedText | null }>()
  const placed = computed<readonly PlacedText[]>(() => {
    if (!wanted()) return []
    const fresh: typeof known = new Map()
    for (const line of lines()) {
      const shape = byId.value.get(line.id)
      if (!shape) continue
      const before = known.get(line)
      const same = before?.shape === shape
      fresh.set(line, same ? before : { shape, place: placeOf(line, shape, usual.value) })
    }
    known = fresh
    return [...fresh.values()].map(({ place }) => place).filter((one) => one !== null)
  })
  return { placed }
}
