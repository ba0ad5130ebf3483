/** Which of many things are chosen: by click, with Ctrl, with Shift, all. Pure. */

export interface Selection {
  readonly ids: ReadonlySet<number>
  /** Where a range with Shift begins: a place in the list. */
  readonly anchor: number | null
}

export const NOTHING: Selection = { ids: new Set(), anchor: null }

/** A click on a thing alone chooses just it; a second click on the only chosen one drops it. */
export function only(selection: Selection, id: number, place: number): Selection {
  const again = selection.ids.size === 1 && selection.ids.has(id)
  return again ? NOTHING : { ids: new Set([id]), anchor: place }
}

/** Add a thing, or take it out. */
export function toggle(selection: Selection, id: number, place: number): Selection {
  const ids = new Set(selection.ids)
  if (!ids.delete(id)) ids.add(id)
  return { ids, anchor: place }
}

/** Add everything between the anchor and the place, both included. */
export function extend(
  selection: Selection,
  place: number,
  idAt: (place: number) => number | undefined,
): Selection {
  const from = selection.anchor ?? place
  const ids = new Set(selection.ids)
  for (let at = Math.min(from, place); at <= Math.max(from, place); at++) {
    const id = idAt(at)
    if (id !== undefined) ids.add(id)
  }
  return { ids, anchor: from }
}

/** What is left when some things are gone. */
export function without(selection: Selection, gone: Iterable<number>): Selection {
  const ids = new Set(selection.ids)
  for (const id of gone) ids.delete(id)
  return { ids, anchor: ids.size ? selection.anchor : null }
}
