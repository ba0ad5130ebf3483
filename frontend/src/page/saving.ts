/** Sends what waits in the queue to the server, and tells how that goes. Lives as long as the window. */
import { computed, readonly, ref, shallowReactive, shallowRef } from 'vue'
import { api, onceKey } from '../api/client'
import { faultOf } from '../api/fault'
import {
  type Batch,
  type Outcome,
  type Place,
  Queue,
  type Rival,
  type Shelf,
  type Stored,
} from './queue'

const IDLE = 1000 // ms after the last change
const LATEST = 5000 // ms after the first change that is not sent
const SOON = 250 // ms after a line was left: quick Enters go together
const AGAIN = [1000, 2000, 4000, 8000, 15_000, 30_000] // ms between attempts without an answer

/** What is stored, learnt from answers in this window; may be newer than the page as it was read. */
export interface Known extends Stored {
  at: string
}
/** A line's text in a layer; which page the line is on does not matter. */
type Text = Pick<Place, 'layer' | 'line'>
type State = 'saved' | 'waiting' | 'sending' | 'offline' | 'refused' | 'full'

const state = ref<State>('saved')
const count = ref(0)
const reason = ref('')
const savedAt = ref<string | null>(null)
const turn = shallowRef(0)
const known = shallowReactive(new Map<string, Known>())

/** How saving goes; `count` texts are not on the server yet. */
export const saving = {
  state: readonly(state),
  count: readonly(count),
  /** The server's words where it refused. */
  reason: readonly(reason),
  /** When something was last stored. */
  savedAt: readonly(savedAt),
  /** Changes whenever what waits has changed other than by typing. */
  turn: computed(() => turn.value),
}

let queue: Queue | null = null
let prefix = ''
let running: Promise<void> | null = null
let timer: ReturnType<typeof setTimeout> | undefined
let firstUnsent = 0
let misses = 0

/** Take up the queue of a person: what an earlier window could not send goes out now. */
export function openQueue(person: number): void {
  const wanted = `armarius.edits.${person}.`
  if (wanted !== prefix) {
    prefix = wanted
    queue = new Queue(shelfOf(prefix), () => onceKey()['Idempotency-Key'])
    known.clear()
    if (!listening) listen()
  }
  changed()
  if (count.value) void flush()
}

export function waitingAt(place: Place) {
  return queue?.at(place) ?? null
}

export function allWaiting() {
  return queue?.all() ?? []
}

/** What this window knows to be stored, where that is newer than what the page says. */
export function knownAt(of: Text): Known | undefined {
  return known.get(nameOf(of))
}

/**
 * Keep a text in the browser at once; it is sent when the typing pauses.
 *
 * @param left the line is done: send soon, and show its text in the list.
 */
export function keepText(
  place: Place,
  text: { content: string; checked: boolean },
  seen: Stored,
  left = false,
): void {
  if (!queue) return
  try {
    queue.put(place, text, seen)
    if (state.value === 'full') state.value = 'waiting'
  } catch {
    // Storage is full or forbidden. The text is still in the window: say so, and go on sending.
    state.value = 'full'
  }
  count.value = queue.count()
  if (left) turn.value += 1
  if (!count.value) {
    if (!running) state.value = 'saved'
    return
  }
  if (state.value === 'saved' || state.value === 'refused') state.value = 'waiting'
  firstUnsent ||= Date.now()
  plan(left ? SOON : Math.min(IDLE, Math.max(0, firstUnsent + LATEST - Date.now())))
}

export function keepOurs(place: Place, content: string): void {
  queue?.keepOurs(place, content)
  changed()
  plan(0)
}

/** Give ours up for what is on the server. */
export function takeTheirs(place: Place, { version, content }: Rival): void {
  queue?.forget(place)
  if (content !== null) learn(place, { version, content, checked: false })
  changed()
  if (!running) rest()
}

/** A text was stored by other means than the queue (an earlier one was restored). */
export function learn(place: Place, stored: Stored): void {
  know(place, stored, new Date().toISOString())
  turn.value += 1
}

function know(of: Text, { version, content, checked }: Stored, at: string) {
  known.set(nameOf(of), { version, content, checked, at })
}

function nameOf({ layer, line }: Text): string {
  return `${layer}.${line}`
}

/** Send all that waits; resolves when the server has answered, or did not. */
export function flush(): Promise<void> {
  clearTimeout(timer)
  running ??= alone(sendAll).finally(() => {
    running = null
    if (queue?.count() && state.value === 'waiting') plan(IDLE)
  })
  return running
}

function plan(ms: number) {
  if (state.value === 'offline') return // its own attempts go on
  clearTimeout(timer)
  timer = setTimeout(() => void flush(), ms)
}

/** Of several windows one sends at a time. */
async function alone(send: () => Promise<void>): Promise<void> {
  if (!('locks' in navigator)) return send()
  await navigator.locks.request(`${prefix}sending`, send)
}

async function sendAll() {
  for (let batch = next(); batch && queue; batch = next()) {
    if (state.value !== 'offline' && state.value !== 'full') state.value = 'sending'
    firstUnsent = 0
    const outcome = await send(batch)
    if (!outcome) return
    misses = 0
    take(batch, outcome)
  }
  if (state.value !== 'full') rest()
}

/** Nothing is on its way any more. */
function rest() {
  state.value = allWaiting().some((one) => !one.rival) ? 'waiting' : 'saved'
}

function take(batch: Batch, outcome: Outcome) {
  const at = new Date().toISOString()
  for (const one of queue?.settle(batch, outcome) ?? []) {
    know(one, one, at)
    savedAt.value = at
  }
  changed()
}

function next(): Batch | null {
  try {
    return queue?.next() ?? null
  } catch {
    state.value = 'full'
    return null
  }
}

/** What became of a batch; null where nobody knows yet, or nothing was stored. */
async function send(batch: Batch, keepalive = false): Promise<Outcome | null> {
  let answer: { data?: unknown; error?: unknown; response: Response }
  try {
    answer = await api.PATCH('/api/pages/{page_id}/texts', {
      params: { path: { page_id: batch.page } },
      headers: { 'Idempotency-Key': batch.key },
      body: { items: batch.items },
      keepalive,
    })
  } catch {
    return later()
  }
  const { data, error, response } = answer
  if (response.ok) return { saved: (data as Outcome).saved, refused: [] }
  const told = (error ?? {}) as { saved?: Outcome['saved']; items?: Outcome['refused'] }
  if (response.status === 409 && told.items)
    return { saved: told.saved ?? [], refused: told.items }
  if (response.status === 404) return { saved: [], refused: batch.items.map(gone) }
  if (response.status === 429 || response.status >= 500 || response.status === 401)
    return later()
  queue?.drop()
  state.value = 'refused'
  reason.value = faultOf(response.status, error).message
  return null
}

function gone({ line, layer }: Batch['items'][number]): Outcome['refused'][number] {
  const nothing = { version: 0, content: null, author: null, updated_at: null }
  return { line, layer, why: 'gone', ...nothing }
}

function later(): null {
  state.value = 'offline'
  clearTimeout(timer)
  timer = setTimeout(() => void flush(), AGAIN[Math.min(misses, AGAIN.length - 1)])
  misses += 1
  return null
}

function changed() {
  count.value = queue?.count() ?? 0
  turn.value += 1
}

let listening = false
function listen() {
  listening = true
  window.addEventListener('online', () => void flush())
  window.addEventListener('storage', (event) => {
    if (event.key?.startsWith(prefix)) changed()
  })
  // The last chance of a tab that goes. If the answer never comes, the batch is sent again as it is.
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden' && queue?.count() && !running) {
      const batch = next()
      if (batch)
        void send(batch, true).then((outcome) => {
          if (!outcome) return
          take(batch, outcome)
          rest()
        })
    }
  })
}

function shelfOf(start: string): Shelf {
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
