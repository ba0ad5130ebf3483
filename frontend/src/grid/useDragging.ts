/** Pages dragged to another place; shared by the grid and the table. */
import { ref } from 'vue'

const KIND = 'application/x-armarius-pages'

export function useDragging(emit: (ids: readonly number[], before: number) => void) {
  const dragged = ref<readonly number[]>([])
  const before = ref<number | null>(null)

  function start(
    event: DragEvent,
    id: number,
    chosen: ReadonlySet<number>,
    order: readonly number[],
  ) {
    if (!event.dataTransfer) return
    dragged.value = chosen.has(id) ? order : [id]
    event.dataTransfer.setData(KIND, '')
    event.dataTransfer.effectAllowed = 'move'
  }

  /** `half`: whether the pointer is in the second half of the thing at this place. */
  function over(event: DragEvent, place: number, half: boolean) {
    if (!dragged.value.length || !event.dataTransfer?.types.includes(KIND)) return
    event.preventDefault()
    before.value = place + Number(half)
  }

  function drop(event: DragEvent) {
    if (before.value === null || !dragged.value.length) return
    event.preventDefault()
    emit(dragged.value, before.value)
    end()
  }

  function end() {
    dragged.value = []
    before.value = null
  }

  return { dragged, before, start, over, drop, end }
}
