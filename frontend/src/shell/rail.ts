/** Whether the rail shows only icons: as the person likes it, and always where the window is narrow. */
import { computed, ref } from 'vue'
import { choice } from './choice'

const narrow = window.matchMedia('(max-width: 1000px)')
const isNarrow = ref(narrow.matches)
narrow.addEventListener('change', () => {
  isNarrow.value = narrow.matches
})
const rail = choice('rail', ['wide', 'slim'] as const, 'wide')

export const slim = computed(() => rail.value === 'slim' || isNarrow.value)

/** Only a wide window leaves the choice. */
export const choosable = computed(() => !isNarrow.value)

export function fold(): void {
  rail.value = rail.value === 'slim' ? 'wide' : 'slim'
}
