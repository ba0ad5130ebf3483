/** The lines of a page with their texts, as they stand on the server and in this browser. */
import { computed, onScopeDispose, shallowRef, watch } from 'vue'
import { me } from '../shell/session'
import { useNews } from '../live'
import {
  doubtfulIds,
  keepSame,
  type ListedLine,
  listedLines,
  withFlag,
  withLocal,
} from './present'
import type { WholePage } from './read'
import { flagsKnown, knownAt, knownIn } from './known'
import { allWaiting, flagsWaiting, flush, openQueue, saving } from './saving'

export function useTexts(
  page: () => WholePage | undefined,
  layer: () => number | null,
  reload: () => Promise<void>,
  limit: () => number,
) {
  watch(me, (person) => person && openQueue(person.id), { immediate: true })

  /** What waits for this layer of this page, by line. */
  const waiting = computed(() => {
    void saving.turn.value
    const id = page()?.id
    return new Map(
      allWaiting()
        .filter((one) => one.page === id && one.layer === layer())
        .map((one) => [one.line, one]),
    )
  })
  /** Flags that the page as it was read may not have: what waits, and what was just sent. */
  const flags = computed(() => {
    void saving.turn.value
    const waiting = flagsWaiting().map(({ line, flagged }) => [line, flagged] as const)
    return new Map([...flagsKnown, ...waiting])
  })
  /** Conflicts that cannot be shown at their line, because it is elsewhere or no more. */
  const strayed = computed(() => {
    void saving.turn.value
    const rivalled = allWaiting().filter((one) => one.rival)
    if (!rivalled.length) return rivalled
    const here = new Set(page()?.lines.map((line) => line.id))
    return rivalled.filter((one) => !(here.has(one.line) && one.layer === layer()))
  })

  /** What the server told; a page that is loaded again keeps the objects of what has not changed. */
  const told = computed<readonly ListedLine[]>((before = []) => {
    const whole = page()
    return whole ? keepSame(before, listedLines(whole, layer())) : []
  })
  const listed = shallowRef<readonly ListedLine[]>([])
  function list() {
    const on = layer()
    const known = on === null ? undefined : knownIn(on)
    const here = told.value.map((line) =>
      withFlag(
        withLocal(line, waiting.value.get(line.id), known?.get(line.id)),
        flags.value.get(line.id),
      ),
    )
    listed.value = keepSame(listed.value, here)
  }
  watch([told, waiting, flags], list, { immediate: true })

  const doubtful = shallowRef<readonly number[]>([])
  watch(
    [listed, limit],
    ([lines]) => {
      const now = doubtfulIds(lines, limit())
      if (now.join() !== doubtful.value.join()) doubtful.value = now
    },
    { immediate: true },
  )

  useNews(
    'texts',
    ({ payload }) => {
      const whole = page()
      if (payload.page !== whole?.id) return
      const lines = Array.isArray(payload.lines) ? payload.lines : []
      const on = layer() ?? 0
      // What this window has sent itself is known already.
      const ours =
        payload.author === me.value?.id &&
        lines.length > 0 &&
        lines.every((line) => knownAt({ layer: on, line: Number(line) }))
      if (!ours) void reload()
    },
    () => void flush(),
  )
  // Flags and comments stand with the lines of the page.
  useNews('notes', ({ payload }) => {
    if (payload.page !== page()?.id) return
    const lines = [...flagsKnown.keys()]
    void reload().then(() => {
      for (const line of lines) flagsKnown.delete(line)
    })
  })
  onScopeDispose(() => void flush())

  return { listed, doubtful, waiting, strayed }
}
