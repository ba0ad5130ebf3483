/** Whether the rail shows only icons: as the person likes it, and always where the window is narrow. */
import { computed, ref } from 'vue'

const KEY = 'armarius.rail'
const narrow = window.matchMedia('(max-width: 1000px)')

const isNarrow = ref(narrow.matches)
narrow.addEventListener('change', () => {
  isNarrow.value = narrow.matches
})
const folded = ref(localStorage.getItem(KEY) === 'slim')

export const slim = computed(() => folded.value || isNarrow.value)

/** Only a wide window leaves the choice. */
export const choosable = computed(() => !isNarrow.value)

export function fold(): void {
  folded.value = !folded.value
  localStorage.setItem(KEY, folded.value ? 'slim' : 'wide')
}
