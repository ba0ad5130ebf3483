/** Where the open view stands: shown in the top line, and as the window's title. */
import { onScopeDispose, shallowRef, watchEffect } from 'vue'
import type { RouteLocationRaw } from 'vue-router'

export interface Crumb {
  text: string
  to?: RouteLocationRaw
}

/** Stands for a name that is not there yet, or not to be seen; it leads nowhere. */
const LOADING = '…'

export const crumbs = shallowRef<Crumb[]>([])

/** Say where this view stands; follows what it reads. */
export function useCrumbs(where: () => Crumb[]): void {
  watchEffect(() => {
    crumbs.value = where().map((one) => (one.text === LOADING ? { text: LOADING } : one))
    const last = crumbs.value.at(-1)?.text
    document.title = last ? `${last} · Armarius` : 'Armarius'
  })
  onScopeDispose(() => {
    crumbs.value = []
  })
}
