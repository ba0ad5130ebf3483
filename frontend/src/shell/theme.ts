/** Light, dark, or as the system has it. */
import { watch } from 'vue'
import { choice } from './choice'

export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

export const theme = choice<Theme>('theme', THEMES, 'system')

/** Put the chosen theme on the page, now and whenever it changes. */
export function applyTheme(): void {
  watch(
    theme,
    (chosen) => {
      if (chosen === 'system') delete document.documentElement.dataset.theme
      else document.documentElement.dataset.theme = chosen
    },
    { immediate: true },
  )
}
