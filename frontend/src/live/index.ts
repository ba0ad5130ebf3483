/** Who wants to hear which news. */
import { onScopeDispose, readonly, ref } from 'vue'
import type { Word } from './shared'
import { listen, type News, type Signal } from './stream'

type Hearer = (news: News) => void

const hearers = new Map<string, Set<Hearer>>()
const returns = new Set<() => void>()
const away = ref(false)
let leave: (() => void) | null = null

/** Whether the stream is broken just now. */
export const connectionLost = readonly(away)

/**
 * Open the stream for the person that has signed in.
 *
 * @param after the newest news when what is shown was loaded.
 */
export function connect(person: number, after: number): void {
  leave?.()
  leave = typeof SharedWorker === 'undefined' ? listen(hear, after) : join(person, after)
}

/** Close the stream; called when nobody is signed in any more. */
export function disconnect(): void {
  leave?.()
  leave = null
}

function join(person: number, after: number): () => void {
  const worker = new SharedWorker(new URL('./shared.ts', import.meta.url), {
    type: 'module',
    name: 'armarius-news',
  })
  const say = (word: Word) => worker.port.postMessage(word)
  const go = () => say('leave')
  // A tab that the browser puts to sleep leaves, and comes back when it is shown again.
  const come = (event: PageTransitionEvent) => {
    if (!event.persisted) return
    say({ join: person, after })
    for (const again of returns) again()
  }
  worker.port.onmessage = (event: MessageEvent<Signal>) => hear(event.data)
  say({ join: person, after })
  window.addEventListener('pagehide', go)
  window.addEventListener('pageshow', come)
  return () => {
    window.removeEventListener('pagehide', go)
    window.removeEventListener('pageshow', come)
    go()
    worker.port.close()
  }
}

function hear(signal: Signal) {
  if (signal.type === 'news') {
    for (const hearer of hearers.get(signal.news.kind) ?? []) hearer(signal.news)
    return
  }
  away.value = signal.type === 'lost'
  if (signal.type === 'back') for (const again of returns) again()
}

/**
 * Hear news of a kind while the component lives.
 *
 * @param again called when the stream is back after a break: news may have been missed.
 */
export function useNews(kind: string, hearer: Hearer, again?: () => void): void {
  const others = hearers.get(kind) ?? new Set()
  hearers.set(kind, others.add(hearer))
  if (again) returns.add(again)
  onScopeDispose(() => {
    others.delete(hearer)
    if (again) returns.delete(again)
  })
}
