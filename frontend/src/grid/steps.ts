/** What is said of a step that made lines or texts of a page. */
import type { Step } from '../api/types'

/** Kinds that have a word in the interface; others are shown as they are called. */
export const KINDS: readonly string[] = ['segmentation', 'recognition', 'import', 'correction']

/** What is said only where it is not this, since it nearly always is. */
const USUAL: Record<string, string> = { postprocessing: 'fast', device: 'cpu' }
const TOLD = ['inference', 'postprocessing', 'precision', 'device'] as const

export interface Detail {
  key: (typeof TOLD)[number]
  name: string
}

/** How an engine worked, in the order in which it is told. */
export function details(step: Step): Detail[] {
  return TOLD.map((key) => ({ key, name: step.parameters[key] ?? '' })).filter(
    ({ key, name }) => name && name !== USUAL[key],
  )
}
