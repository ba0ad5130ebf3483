/** How wide the pages in the grid are; kept in this browser. */
import { ref, watch } from 'vue'

export const SIZES = { min: 96, max: 360, usual: 168 }
const KEY = 'armarius.grid'

function kept(): number {
  const value = Number(localStorage.getItem(KEY))
  return value >= SIZES.min && value <= SIZES.max ? value : SIZES.usual
}

export const cellSize = ref(kept())
watch(cellSize, (size) => localStorage.setItem(KEY, String(size)))

export type View = 'grid' | 'table'
const VIEW_KEY = 'armarius.pages'

/** Whether pages are shown as pictures or as rows of a table. */
export const view = ref<View>(localStorage.getItem(VIEW_KEY) === 'table' ? 'table' : 'grid')
watch(view, (now) => localStorage.setItem(VIEW_KEY, now))
