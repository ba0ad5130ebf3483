/** Where this browser keeps things, and how its windows take turns. */
import type { Shelf } from './queue'

/** The part of this browser's storage whose names begin so. */
export function shelfOf(start: string): Shelf {
  return {
    get: (name) => localStorage.getItem(start + name),
    set: (name, value) => localStorage.setItem(start + name, value),
    remove: (name) => localStorage.removeItem(start + name),
    names: () =>
      Object.keys(localStorage)
        .filter((key) => key.startsWith(start))
        .map((key) => key.slice(start.length)),
  }
}

/** Of several windows one does what has this name at a time. */
export async function alone(name: string, act: () => Promise<void>): Promise<void> {
  if (!('locks' in navigator)) return act()
  await navigator.locks.request(name, act)
}
