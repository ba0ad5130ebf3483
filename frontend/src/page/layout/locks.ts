/** Regions that a person has locked on a page; this browser remembers them. */
import type { Name } from './sheet'

const keyOf = (page: number) => `armarius.locked.${page}`

export function locksOf(page: number): ReadonlySet<Name> {
  try {
    return new Set(JSON.parse(localStorage.getItem(keyOf(page)) ?? '[]') as Name[])
  } catch {
    return new Set()
  }
}

export function keepLocks(page: number, locked: ReadonlySet<Name>): void {
  if (locked.size) localStorage.setItem(keyOf(page), JSON.stringify([...locked]))
  else localStorage.removeItem(keyOf(page))
}
