/** Files that wait for somebody to choose how they come in. */
import { shallowRef } from 'vue'
import type { components } from '../api/schema'
import type { Given } from './dropped'

/** What can be chosen; all of it may be left out. */
export type Intake = Partial<Omit<components['schemas']['ImportIn'], 'uploads'>>

/** Files that were dropped or picked while the dialog is open, and how many were left out. */
export const gathered = shallowRef<{ files: readonly Given[]; left: number }>({
  files: [],
  left: 0,
})

/** Add to what waits; a name that comes again takes the place of the first. */
export function gather(files: readonly Given[], left: number): void {
  const names = new Set(files.map(({ name }) => name))
  const before = gathered.value.files.filter(({ name }) => !names.has(name))
  gathered.value = { files: [...before, ...files], left: gathered.value.left + left }
}

export function forgetGathered(): void {
  gathered.value = { files: [], left: 0 }
}
