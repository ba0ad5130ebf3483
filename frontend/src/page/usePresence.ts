/** Who else is on the open page, and at which line. Forbids nothing. */
import { computed, onScopeDispose, shallowRef, watch } from 'vue'
import { api } from '../api/client'
import { useNews } from '../live'
import { me } from '../shell/session'

const AGAIN = 20_000 // ms between two signs of life
const GONE = 60_000 // ms without one
const CALM = 700 // ms at a line before it is told: whoever runs through the page tells little

export interface Other {
  window: string
  user: number
  name: string
  line: number | null
  seen: number
}

/** A name for this window; the same person may have two. */
const WINDOW = crypto.randomUUID()

export function usePresence(page: () => number, line: () => number | null) {
  const others = shallowRef<readonly Other[]>([])
  let timer: ReturnType<typeof setTimeout> | undefined

  function tell(at: number, more: { here?: boolean; asks?: boolean } = {}) {
    const body = { window: WINDOW, line: line() ?? undefined, ...more }
    // Nobody waits for it, and a sign that is lost is followed by another.
    api
      .POST('/api/pages/{page_id}/presence', {
        params: { path: { page_id: at } },
        body,
        keepalive: true,
      })
      .catch(() => {})
  }
  function soon() {
    clearTimeout(timer)
    timer = setTimeout(() => tell(page()), CALM)
  }
  function drop(test: (one: Other) => boolean) {
    if (others.value.some(test)) others.value = others.value.filter((one) => !test(one))
  }

  watch(
    page,
    (now, before) => {
      others.value = []
      if (before !== undefined) tell(before, { here: false })
      tell(now, { asks: true })
    },
    { immediate: true },
  )
  watch(line, soon)
  useNews(
    'presence',
    ({ payload }) => {
      const { window: whose, user, name, line: at, here, asks } = payload
      if (payload.page !== page() || whose === WINDOW || typeof whose !== 'string') return
      drop((one) => one.window === whose)
      if (here === false) return
      others.value = [
        ...others.value,
        {
          window: whose,
          user: Number(user),
          name: String(name),
          line: typeof at === 'number' ? at : null,
          seen: Date.now(),
        },
      ]
      if (asks) soon()
    },
    () => tell(page(), { asks: true }),
  )
  const beat = setInterval(() => {
    if (document.visibilityState === 'visible') tell(page())
    drop((one) => Date.now() - one.seen > GONE)
  }, AGAIN)
  const leave = () => tell(page(), { here: false })
  window.addEventListener('pagehide', leave)
  onScopeDispose(() => {
    clearInterval(beat)
    clearTimeout(timer)
    window.removeEventListener('pagehide', leave)
    leave()
  })

  return {
    /** Everybody else, each person once. */
    people: computed(() => {
      const found = new Map<number, Other>()
      for (const one of others.value) if (one.user !== me.value?.id) found.set(one.user, one)
      return [...found.values()]
    }),
    /** Who is at a line, by its id; one's own other windows too. */
    atLines: computed(() => {
      const found = new Map<number, string>()
      for (const { line: at, name } of others.value) if (at !== null) found.set(at, name)
      return found
    }),
  }
}
