/** Runs once per browser as a SharedWorker: HTTP/1.1 allows six connections, tabs may be twenty. */
import { listen, type News, type Signal } from './stream'

/** What a tab says: who is signed in there and what it knows already, or that it goes. */
export type Word = { join: number; after: number } | 'leave'

interface Scope {
  onconnect: ((event: MessageEvent) => void) | null
}

const ports = new Set<MessagePort>()
let person: number | null = null
let stop: (() => void) | null = null
/** The newest news, for a tab that joins after they came and had loaded before. */
let recent: News[] = []
const KEPT = 100

function tell(signal: Signal) {
  if (signal.type === 'news') recent = [...recent.slice(1 - KEPT), signal.news]
  for (const port of ports) port.postMessage(signal)
}

function hear(port: MessagePort, word: Word) {
  if (word === 'leave') ports.delete(port)
  else ports.add(port)
  const now = word === 'leave' ? person : word.join
  // The stream belongs to a session: another person needs another stream.
  if (stop && (!ports.size || now !== person)) {
    stop()
    stop = null
    recent = []
  }
  person = now
  if (word === 'leave') return
  if (stop)
    for (const news of recent)
      if (news.id > word.after) port.postMessage({ type: 'news', news })
  stop ??= listen(tell, word.after)
}
// The type library for pages does not know the scope of a shared worker.
;(self as unknown as Scope).onconnect = (event) => {
  const [port] = event.ports
  if (port) port.onmessage = (message: MessageEvent<Word>) => hear(port, message.data)
}
