/** Light, dark, or as the system has it; kept in this browser. */
import { ref, watch } from 'vue'

export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

const KEY = 'armarius.theme'

function kept(): Theme {
  const value = localStorage.getItem(KEY)
  return THEMES.find((theme) => theme === value) ?? 'system'
}

export const theme = ref<Theme>(kept())

/** Put the chosen theme on the page, now and whenever it changes. */
export function applyTheme(): void {
  watch(
    theme,
    (chosen) => {
      localStorage.setItem(KEY, chosen)
      if (chosen === 'system') delete document.documentElement.dataset.theme
      else document.documentElement.dataset.theme = chosen
    },
    { immediate: true },
  )
}
