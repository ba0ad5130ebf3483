/** News from the server: one stream per browser, heard by every tab. */

export interface News {
  id: number
  kind: string
  project: number
  payload: Record<string, unknown>
}

/** `lost` and `back` speak of the connection: after `back`, what is shown may be old. */
export type Signal = { type: 'news'; news: News } | { type: 'lost' } | { type: 'back' }

const KINDS = ['job', 'page', 'document', 'project', 'notice', 'texts', 'notes', 'presence']
const PATIENCE = [1000, 2000, 5000, 15_000] // ms before the stream is opened again

/**
 * Read the stream until told to stop; the browser itself repeats short interruptions.
 *
 * @param after the newest news when what is shown was loaded: what came since is told too.
 */
export function listen(tell: (signal: Signal) => void, after: number): () => void {
  let source: EventSource | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let failures = 0
  let lost = false
  let last = after

  function open() {
    source = new EventSource(`/api/events?after=${last}`)
    source.onopen = () => {
      failures = 0
      if (lost) tell({ type: 'back' })
      lost = false
    }
    source.onerror = () => {
      if (!lost) tell({ type: 'lost' })
      lost = true
      if (source?.readyState !== EventSource.CLOSED) return
      timer = setTimeout(open, PATIENCE[Math.min(failures++, PATIENCE.length - 1)])
    }
    // The server could not keep everything for us: what is shown may be old.
    source.addEventListener('reset', () => tell({ type: 'back' }))
    for (const kind of KINDS) source.addEventListener(kind, hear(kind))
  }

  function hear(kind: string) {
    return (event: MessageEvent<string>) => {
      const news = newsOf(kind, event.data, Number(event.lastEventId))
      if (!news) return
      last = Math.max(last, news.id)
      tell({ type: 'news', news })
    }
  }

  open()
  return () => {
    clearTimeout(timer)
    source?.close()
  }
}

/** The news in a message, or null where it is none. */
export function newsOf(kind: string, data: string, id: number): News | null {
  let body: unknown
  try {
    body = JSON.parse(data)
  } catch {
    return null
  }
  if (typeof body !== 'object' || body === null) return null
  const payload = body as Record<string, unknown>
  return { id, kind, project: Number(payload.project), payload }
}
