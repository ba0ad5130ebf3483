/** Text, Layout, Order or Annotations on one screen: which of them it is, what is shown, who has the pointer. */
import { computed, nextTick, ref, type Ref, shallowRef, watch } from 'vue'
import type { Guest } from './canvas'
import { type Mode, MODES } from './keys'
import type { Drawing } from './layout/useDrawing'
import { readTexts, type WholePage } from './read'

/** What else is drawn in Layout, and whether regions can be touched. */
export interface Marks {
  numbers: boolean
  directions: boolean
  labels: boolean
  locked: boolean
}
const PLAIN: Marks = { numbers: false, directions: false, labels: true, locked: false }
const KEY = 'armarius.layout'

export function useModes(
  drawing: Drawing,
  current: Ref<number | null>,
  focusText: () => Promise<void> | undefined,
  page: () => WholePage | undefined,
  works: () => boolean,
) {
  const mode = ref<Mode>('text')
  /** Who may only read sees texts and annotations. */
  const modes = computed(() => (works() ? MODES : (['text', 'annotate'] as const)))
  const show = ref({ lines: true, masks: false, regions: true, texts: false })
  /** Further marks in Layout. */
  const marks = ref<Marks>({ ...PLAIN, ...JSON.parse(localStorage.getItem(KEY) ?? '{}') })
  /** What the present mode draws on the image, where that is not the layout. */
  const ownBoard = shallowRef<Guest | null>(null)

  const chosenLine = () =>
    [...drawing.chosen.value].find((name) => name.startsWith('line'))?.slice('line:'.length)

  watch(mode, async (now, before) => {
    if (now !== 'text') {
      const line = current.value
      if (line !== null && before === 'text') drawing.desk.choose([`line:${line}`])
      return
    }
    // Back to the text of the line that was worked on.
    const line = chosenLine()
    if (line) current.value = Number(line)
    await nextTick()
    await focusText()
  })
  // Cutting and joining lines takes their texts in all layers along.
  watch([mode, () => page()?.version], async ([now]) => {
    const { id = 0, layers = [] } = page() ?? {}
    if (now !== 'layout' || layers.length < 2) return
    const ids = layers.map((layer) => layer.id)
    drawing.learnTexts(await readTexts(id, ids))
  })
  watch(
    show,
    (parts) => {
      drawing.desk.shown = { ...parts }
      drawing.board.draw()
    },
    { deep: true },
  )

  watch(
    marks,
    (now) => {
      localStorage.setItem(KEY, JSON.stringify(now))
      drawing.desk.regionsLocked = now.locked
    },
    { deep: true, immediate: true },
  )

  return {
    mode,
    modes,
    show,
    marks,
    ownBoard,
    next() {
      const at = modes.value.findIndex((one) => one === mode.value)
      mode.value = modes.value[(at + 1) % modes.value.length] ?? 'text'
    },
    shown: computed(() => ({
      ...show.value,
      numbers: mode.value === 'order' || (mode.value === 'layout' && marks.value.numbers),
      directions: mode.value === 'layout' && marks.value.directions,
      labels: mode.value === 'text' || marks.value.labels,
    })),
    guest: computed((): Guest | null =>
      mode.value === 'layout' ? drawing.board : mode.value === 'text' ? null : ownBoard.value,
    ),
  }
}
