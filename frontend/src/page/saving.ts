/** Sends what waits (texts, shapes, flags) to the server, and tells how that goes. Lives as long as the window. */
import { computed, readonly, ref, shallowRef } from 'vue'
import { onceKey } from '../api/client'
import { type DrawnBatch, Drawings, type Settled } from './drawings'
import { type Flag, Flags } from './flags'
import { forget, know, knowFlag, knownAt } from './known'
import { idOf, kindOf, type Name, type Step } from './layout/sheet'
import { type Answer, postDrawing, postFlag, postTexts } from './posting'
import {
  type Batch,
  type Joined,
  type Place,
  Queue,
  type Rival,
  type Shelf,
  type Stored,
} from './queue'
import { alone, shelfOf } from './shelf'

const IDLE = 1000 // ms after the last change
const LATEST = 5000 // ms after the first change that is not sent
const SOON = 250 // ms after a line was left: quick Enters go together
const AGAIN = [1000, 2000, 4000, 8000, 15_000, 30_000] // ms between attempts without an answer

/** A line's text in a layer; which page the line is on does not matter. */
type Text = Pick<Place, 'layer' | 'line'>
type State = 'saved' | 'waiting' | 'sending' | 'offline' | 'refused' | 'full'

const state = ref<State>('saved')
const count = ref(0)
const reason = ref('')
const savedAt = ref<string | null>(null)
const turn = shallowRef(0)
const joined = shallowRef<Joined | null>(null)

/** How saving goes; `count` texts are not on the server yet. */
export const saving = {
  state: readonly(state),
  count: readonly(count),
  /** The server's words where it refused. */
  reason: readonly(reason),
  /** When something was last stored. */
  savedAt: readonly(savedAt),
  /** The last text that was put together from ours and somebody else's. */
  joined: computed(() => joined.value),
  /** Changes whenever what waits has changed other than by typing. */
  turn: computed(() => turn.value),
}

let queue: Queue | null = null
let drawings: Drawings | null = null
let flags: Flags | null = null
let prefix = ''
const drawnListeners = new Set<(settled: Settled) => void>()
let running: Promise<void> | null = null
let timer: ReturnType<typeof setTimeout> | undefined
let firstUnsent = 0
let isWriting: (of: Text) => boolean = () => false
let misses = 0

/** Take up the queue of a person: what an earlier window could not send goes out now. */
export function openQueue(person: number): void {
  const wanted = `armarius.edits.${person}.`
  if (wanted !== prefix) {
    prefix = wanted
    queue = new Queue(shelfOf(prefix), () => onceKey()['Idempotency-Key'])
    drawings = new Drawings(shelfOf(prefix), () => onceKey()['Idempotency-Key'])
    flags = new Flags(shelfOf(prefix))
    forget()
    for (const one of queue.all()) queue.joinAt(one)
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
  keep(() => queue?.put(place, text, seen))
  if (left) turn.value += 1
  arrange(left)
}

/** Keep what a step wants of a page's shapes; see `Drawings.put`. */
export function keepDrawing(
  page: number,
  step: Step,
  seen: (name: Name) => number | undefined,
): void {
  keep(() => drawings?.put(page, step, seen))
  arrange(false)
}

/** Keep the flag of a line, or that it is to have none. */
export function keepFlag(flag: Flag): void {
  keep(() => flags?.put(flag))
  turn.value += 1
  arrange(true)
}

export function flagsWaiting(): Flag[] {
  return flags?.all() ?? []
}

/** Put into the browser's storage. */
function keep(put: () => void) {
  try {
    put()
    if (state.value === 'full') state.value = 'waiting'
  } catch {
    // Storage is full or forbidden. What was done is still in the window: say so, and go on sending.
    state.value = 'full'
  }
  count.value = waitingCount()
}

/** Send soon what has just been kept. */
function arrange(left: boolean) {
  if (!count.value) {
    if (!running) state.value = 'saved'
    return
  }
  if (state.value === 'saved' || state.value === 'refused') state.value = 'waiting'
  firstUnsent ||= Date.now()
  plan(left ? SOON : Math.min(IDLE, Math.max(0, firstUnsent + LATEST - Date.now())))
}

function waitingCount(): number {
  return (queue?.count() ?? 0) + (drawings?.count() ?? 0) + (flags?.count() ?? 0)
}

/** What of a page's shapes is not on the server: what is on its way, and what waits behind it. */
export function drawnWaiting(page: number) {
  const sent = drawings?.sent(page)
  const pending = drawings?.at(page)
  return [...(sent ? [sent] : []), ...(pending ? [pending] : [])]
}

/** When nothing is on its way just now. */
export async function settled(): Promise<void> {
  await running
}

/** Send all; whether nothing of the page's shapes waits any more. */
export async function drawingStored(page: number): Promise<boolean> {
  await flush()
  return drawnWaiting(page).every(({ wanted, order }) => !wanted.length && !order)
}

/** Hear when shapes were stored; returns how to stop. */
export function onDrawn(tell: (settled: Settled) => void): () => void {
  drawnListeners.add(tell)
  return () => void drawnListeners.delete(tell)
}

/** Of two states of a shape choose ours. */
export function keepOurShape(page: number, name: Name): void {
  drawings?.keepOurs(page, name)
  changed()
  sendNow()
}

/** Lines that somebody has deleted have no place in an order any more. */
export function pruneOrder(page: number, there: ReadonlySet<number>): void {
  drawings?.prune(page, there)
}

/** Give up what was drawn of a shape, or of the whole page. */
export function giveUpShape(page: number, name: Name | null): void {
  if (name) drawings?.forget(page, name)
  else drawings?.forgetAll(page)
  changed()
  if (!running) rest()
  plan(0)
}

/** The texts of a page that are kept under the names of lines that are gone before they were stored. */
export function forgetText(place: Place): void {
  queue?.forget(place)
  changed()
}

/** Where the past of a page is kept, beside what waits. */
export function shelf(): Shelf {
  return shelfOf(prefix)
}

/** Say where somebody is writing: nothing is put together there. */
export function writesAt(ask: (of: Text) => boolean): void {
  isWriting = ask
}

/** Nobody writes there any more: put together what has waited for that. */
export function joinAt(place: Place): void {
  if (!queue?.joinAt(place)) return
  tellJoined()
  changed()
  sendNow()
}

function tellJoined() {
  for (const one of queue?.joined.splice(0) ?? []) joined.value = one
}

export function keepOurs(place: Place, content: string): void {
  queue?.keepOurs(place, content)
  changed()
  sendNow()
}

/** Give ours up for what is on the server. */
export function takeTheirs(place: Place, { version, content }: Rival): void {
  queue?.forget(place)
  if (content !== null) learn(place, { version, content, checked: false })
  changed()
  if (!running) rest()
}

/**
 * Theirs stands, and ours is in the history right before it: two versions, one after the other.
 *
 * False where somebody was faster again: then there is another choice, and ours still waits.
 */
export async function keepBoth(place: Place, ours: string, theirs: Rival): Promise<boolean> {
  keepOurs(place, ours)
  await settled() // what is on its way may have been chosen before
  await flush()
  const now = knownAt(place)
  if (now?.content !== ours || theirs.content === null) return false
  keepText(place, { content: theirs.content, checked: false }, now, true)
  return true
}

/** A text was stored by other means than the queue (an earlier one was restored). */
export function learn(place: Place, stored: Stored): void {
  know(place, stored, new Date().toISOString())
  turn.value += 1
}

/** Send all that waits; resolves when the server has answered, or did not. */
export function flush(): Promise<void> {
  clearTimeout(timer)
  running ??= alone(`${prefix}sending`, sendAll).finally(() => {
    running = null
    if (waitingCount() && state.value === 'waiting') plan(IDLE)
  })
  return running
}

/** Something waits from this moment on, and goes out at once. */
function sendNow() {
  if (count.value && state.value === 'saved') state.value = 'waiting'
  plan(0)
}

function plan(ms: number) {
  if (state.value === 'offline') return // its own attempts go on
  clearTimeout(timer)
  timer = setTimeout(() => void flush(), ms)
}

async function sendAll() {
  // Shapes first: texts of new lines wait for the ids of these.
  for (let drawn = nextDrawn(); drawn; drawn = nextDrawn())
    if (!(await sendDrawn(drawn, false))) return
  for (let batch = next(); batch; batch = next()) if (!(await sendTexts(batch, false))) return
  for (let flag = flags?.next(); flag; flag = flags?.next())
    if (!(await sendFlag(flag, false))) return
  if (state.value !== 'full') rest()
}

/** Nothing is on its way any more. */
function rest() {
  const ready = allWaiting().some((one) => !one.rival && one.line >= 0)
  state.value = ready ? 'waiting' : 'saved'
}

/** Whether the server has judged it. */
async function sendTexts(batch: Batch, keepalive: boolean): Promise<boolean> {
  const outcome = judged(await sending(postTexts(batch, keepalive)), () => queue?.drop())
  if (!outcome) return false
  const at = new Date().toISOString()
  for (const one of queue?.settle(batch, outcome, isWriting) ?? []) {
    know(one, one, at)
    savedAt.value = at
  }
  tellJoined()
  changed()
  return true
}

async function sendDrawn(batch: DrawnBatch, keepalive: boolean): Promise<boolean> {
  const back = () => drawings?.takeBack(batch)
  const outcome = judged(await sending(postDrawing(batch, keepalive)), back)
  if (!outcome) return false
  if ('refused' in outcome) drawings?.meet(batch, outcome.refused)
  else {
    const settled = drawings?.settle(batch, outcome.drawn)
    if (settled) {
      savedAt.value = new Date().toISOString()
      for (const [old, now] of settled.names)
        if (kindOf(now) === 'line')
          for (const one of [queue, flags]) one?.rename(batch.page, idOf(old), idOf(now))
      for (const tell of drawnListeners) tell(settled)
    }
  }
  changed()
  return true
}

async function sendFlag(flag: Flag, keepalive: boolean): Promise<boolean> {
  const settle = () => flags?.settle(flag)
  const stored = judged(await sending(postFlag(flag, keepalive)), settle)
  if (stored) knowFlag(stored)
  if (stored) settle()
  changed()
  return stored !== null
}

function sending<T>(post: Promise<T>): Promise<T> {
  if (state.value !== 'offline' && state.value !== 'full') state.value = 'sending'
  firstUnsent = 0
  return post
}

/** What became of a batch; null where nobody knows yet, or nothing was stored. */
function judged<T>(answer: Answer<T>, refused: () => void): T | null {
  if (answer === 'later') return later()
  misses = 0
  if ('outcome' in answer) return answer.outcome
  refused()
  state.value = 'refused'
  reason.value = answer.refused
  count.value = waitingCount()
  return null
}

function next(): Batch | null {
  return attempt(() => queue?.next() ?? null)
}
function nextDrawn(): DrawnBatch | null {
  return attempt(() => drawings?.next() ?? null)
}
function attempt<T>(take: () => T | null): T | null {
  try {
    return take()
  } catch {
    state.value = 'full'
    return null
  }
}

function later(): null {
  state.value = 'offline'
  clearTimeout(timer)
  timer = setTimeout(() => void flush(), AGAIN[Math.min(misses, AGAIN.length - 1)])
  misses += 1
  return null
}

function changed() {
  count.value = waitingCount()
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
    if (document.visibilityState !== 'hidden' || running) return
    const drawn = nextDrawn()
    const batch = next()
    const flag = flags?.next()
    if (drawn) void sendDrawn(drawn, true).then((done) => done && rest())
    if (batch) void sendTexts(batch, true).then((done) => done && rest())
    if (flag) void sendFlag(flag, true).then((done) => done && rest())
  })
}
