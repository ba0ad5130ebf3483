/** Rows of a long list in the page that scrolls; only those on the screen exist. */
import { useVirtualizer } from '@tanstack/vue-virtual'
import { computed, onBeforeUnmount, onMounted, ref, type ShallowRef, watch } from 'vue'

/**
 * @param room What holds the rows, as high as all of them together.
 * @param count How many there are.
 * @param size Height of a row in pixels, and how many stand ready above and below the screen.
 * @param seen Told which rows are on the screen.
 */
export function useRows(
  room: Readonly<ShallowRef<HTMLElement | null>>,
  count: () => number,
  size: { row: number; ready: number },
  seen: (from: number, to: number) => void,
) {
  const offset = ref(0)
  const scroller = () => room.value?.closest('main') ?? null
  const virtual = useVirtualizer(
    computed(() => ({
      count: count(),
      getScrollElement: scroller,
      estimateSize: () => size.row,
      overscan: size.ready,
      scrollMargin: offset.value,
    })),
  )
  const shown = computed(() => {
    const items = virtual.value.getVirtualItems()
    return { from: items[0]?.index ?? 0, to: items.at(-1)?.index ?? 0 }
  })
  watch([shown, count], ([{ from, to }]) => seen(from, to), { immediate: true })

  let sizes: ResizeObserver | null = null
  onMounted(() => {
    const main = scroller()
    sizes = new ResizeObserver(() => {
      if (!room.value || !main) return
      offset.value =
        room.value.getBoundingClientRect().top -
        main.getBoundingClientRect().top +
        main.scrollTop
    })
    if (room.value) sizes.observe(room.value)
    if (main?.firstElementChild) sizes.observe(main.firstElementChild)
  })
  onBeforeUnmount(() => sizes?.disconnect())
  return { virtual, offset }
}
