/** The keys with the person's own changes, for whoever obeys or shows them. */
import { computed, watch } from 'vue'
import { overlaid } from '../shell/overlaid'
import { prefer, preferences } from '../shell/preferences'
import {
  type Act,
  actOf,
  capsOf,
  type Changes,
  hintOf,
  keysWith,
  onMac,
  type Pressed,
  useTable,
  type Where,
} from './keys'

const changes = computed(() => (preferences.keys ?? {}) as Changes)

/** The table as it holds for this person. */
export const bound = computed(() => keysWith(changes.value))
watch(bound, useTable, { immediate: true, flush: 'sync' })

/** What a key does; nothing while a dialog or a menu is open. */
export function actFor(pressed: Pressed, where: Where): Act | null {
  return overlaid() ? null : actOf(pressed, { ...where, keys: bound.value })
}

export function capsFor(act: Act): string[][] {
  return capsOf(act, onMac, bound.value)
}

/** The first combination of an act, for tooltips. */
export function hint(act: Act): string {
  return hintOf(act, onMac, bound.value)
}

export function isChanged(act: Act): boolean {
  return act in changes.value
}

/** Give an act another combination; null gives its own back. */
export function rebind(act: Act, combination: string | null): void {
  const kept = Object.entries(changes.value).filter(([other]) => other !== act)
  if (combination) kept.push([act, [combination]])
  prefer('keys', kept.length ? Object.fromEntries(kept) : null)
}

export function rebindNone(): void {
  prefer('keys', null)
}
