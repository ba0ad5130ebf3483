/** What this window knows to be stored, because it sent it. Lives as long as the window. */
import { shallowReactive, toRaw } from 'vue'
import type { Place, Stored } from './queue'

type Text = Pick<Place, 'layer' | 'line'>

/** What is stored, learnt from answers in this window; may be newer than the page as it was read. */
export interface Known extends Stored {
  at: string
}

/** By layer and line. */
const known = shallowReactive(new Map<number, Map<number, Known>>())

/** What this window knows to be stored, where that is newer than what the page says. */
export function knownAt(of: Text): Known | undefined {
  return known.get(of.layer)?.get(of.line)
}

/** All of a layer that this window knows to be stored, by line. */
export function knownIn(layer: number): ReadonlyMap<number, Known> | undefined {
  const here = known.get(layer)
  return here && toRaw(here)
}

export function know(of: Text, { version, content, checked }: Stored, at: string) {
  const here = known.get(of.layer) ?? shallowReactive(new Map<number, Known>())
  known.set(of.layer, here.set(of.line, { version, content, checked, at }))
}

/** Flags that this window has set, until the page was read again. */
export const flagsKnown: Map<number, boolean> = shallowReactive(new Map<number, boolean>())

export function knowFlag({ line, flagged }: { line: number; flagged: boolean }): void {
  flagsKnown.set(line, flagged)
}

/** Another person begins. */
export function forget(): void {
  known.clear()
  flagsKnown.clear()
}
