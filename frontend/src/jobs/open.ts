/** The jobs that are open now, and those that ended while we looked: for the ring and the drawer. */
import { computed, effectScope, ref, shallowRef, watch } from 'vue'
import { api, ask } from '../api/client'
import { gathered } from '../api/gathered'
import type { Job } from '../api/types'
import type { News } from '../live/stream'
import { useNews } from '../live'
import { me } from '../shell/session'
import { say, type Toast } from '../shell/toasts'
import { t } from '../words'

const ENDED = ['done', 'done with problems', 'failed', 'cancelled']
const REMEMBERED = 30
const LATER_MS = 3000

const known = shallowRef<ReadonlyMap<number, Job>>(new Map())

/** Whether the drawer is open. */
export const drawerOpen = ref(false)

export const recentJobs = computed(() =>
  [...known.value.values()].sort((a, b) => b.id - a.id).slice(0, REMEMBERED),
)
export const openJobs = computed(() => recentJobs.value.filter((job) => !ended(job)))

export function ended(job: { state: string }): boolean {
  return ENDED.includes(job.state)
}

/** A job with what the news say about it, or null where they speak of another. */
export function updated(job: Job, news: News): Job | null {
  return news.payload.id === job.id ? { ...job, ...news.payload } : null
}

/** What is offered when a job that we have started is done. */
const offers = new Map<number, Toast['act']>()

/**
 * Show a job that we have just started, before the news of it come.
 *
 * @param offer what can be done when it is done, such as to take it back.
 */
export function remember(job: Job, offer?: Toast['act']): void {
  if (offer) offers.set(job.id, offer)
  keep(job)
  askWhy()
}

function keep(job: Job) {
  known.value = new Map(known.value).set(job.id, job)
}

/** Why jobs wait changes with each other job, and no news say it: ask, a moment later. */
const refreshLater = gathered(() => refresh(), LATER_MS)
function askWhy() {
  if (openJobs.value.some(({ state }) => state === 'waiting')) refreshLater()
}

async function refresh() {
  if (!me.value) return
  try {
    const { items } = await ask(
      api.GET('/api/jobs', { params: { query: { open: true, limit: REMEMBERED } } }),
    )
    const ours = recentJobs.value.filter(ended)
    known.value = new Map([...ours, ...items].map((job) => [job.id, job]))
  } catch {
    // The drawer is a comfort; the jobs view tells what is wrong.
  }
}

async function hear(news: News) {
  const id = Number(news.payload.id)
  const before = known.value.get(id)
  if (before) {
    const now = updated(before, news)
    if (now) keep(now)
    if (drawerOpen.value) askWhy()
    if (now && ended(now) && !ended(before)) announce(now)
    return
  }
  try {
    keep(await ask(api.GET('/api/jobs/{job_id}', { params: { path: { job_id: id } } })))
  } catch {
    // It has gone, or we may not see it any more.
  }
}

function announce(job: Job) {
  const bad = job.state !== 'done' && job.state !== 'cancelled'
  const act = job.state.startsWith('done') ? offers.get(job.id) : undefined
  offers.delete(job.id)
  say(`${job.title}: ${t(`state.${job.state}`)}`, { bad, act })
}

// Lives as long as the window does.
effectScope(true).run(() => {
  useNews(
    'job',
    (news) => void hear(news),
    () => void refresh(),
  )
  watch(drawerOpen, (open) => {
    if (open) void refresh()
  })
  watch(
    me,
    (person) => {
      known.value = new Map()
      if (person) void refresh()
    },
    { immediate: true },
  )
})
