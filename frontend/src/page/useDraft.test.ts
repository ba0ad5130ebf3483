// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { effectScope, nextTick, ref, shallowRef, watch } from 'vue'
import type { ListedLine } from './present'
import { knownAt } from './known'
import { allWaiting, flush, forgetText, keepText, openQueue, saving, waitingAt } from './saving'
import { useDraft } from './useDraft'

/** The client takes hold of `fetch` when it is loaded. */
const wire = vi.hoisted(() => {
  const made = {
    answer: (asked: Request): Promise<Response> =>
      Promise.reject(new Error(`no server for ${asked.url}`)),
  }
  globalThis.fetch = (request) => made.answer(request as Request)
  return made
})

const PAGE = 1
const LAYER = 2
let person = 0

/** A server with one text per line; `write` is somebody else. */
function server(texts: Record<number, string>) {
  const there = new Map(
    Object.entries(texts).map(([line, content]) => [Number(line), { content, version: 1 }]),
  )
  const history: string[] = []
  const write = (line: number, content: string) => {
    there.set(line, { content, version: (there.get(line)?.version ?? 0) + 1 })
    history.push(content)
  }
  async function answer(request: Request) {
    const { items } = await request.json()
    const told = { saved: [] as object[], items: [] as object[] }
    for (const { line, layer, content, version } of items) {
      const now = there.get(line)
      if (now?.version === version) {
        write(line, content)
        told.saved.push({ line, layer, version: version + 1 })
      } else
        told.items.push({
          line,
          layer,
          why: 'changed',
          ...now,
          author: 'bob',
          updated_at: null,
        })
    }
    const status = told.items.length ? 409 : 200
    return new Response(JSON.stringify({ detail: 'refused', ...told }), {
      status,
      headers: { 'Content-Type': 'application/json' },
    })
  }
  return { there, history, write, answer }
}

/** The desk on two lines, with the list as the page view makes it. */
function desk(texts: Record<number, string> = { 1: '=', 2: '=' }) {
  const on = server(texts)
  wire.answer = on.answer
  const locks = { request: (_: string, send: () => Promise<void>) => send() }
  Object.defineProperty(navigator, 'locks', { value: locks, configurable: true })
  openQueue(++person)
  const busy = ref(false)
  const current = ref<number | null>(1)
  const read = shallowRef(new Map(on.there))
  const lines = shallowRef<ListedLine[]>([])
  const list = () => {
    lines.value = [...read.value].map(([id, { content, version }], at) => {
      const waiting = waitingAt({ page: PAGE, layer: LAYER, line: id })
      const known = knownAt({ layer: LAYER, line: id })
      const newest = known && known.version > version ? known : { content, version }
      return {
        ...{ id, number: at + 1, confidence: null, confidences: null, checked: false },
        ...{ dir: 'ltr', vertical: null, flagged: false, comments: 0 },
        text: waiting?.content ?? newest.content,
        version: waiting?.base.version ?? newest.version,
        unsent: waiting !== null,
        rivalled: !!waiting?.rival,
      } satisfies ListedLine
    })
  }
  const scope = effectScope()
  const draft = scope.run(() => {
    watch([read, saving.turn], list, { immediate: true })
    return useDraft(
      {
        page: () => PAGE,
        layer: () => LAYER,
        lines: () => lines.value,
        form: () => 'NFC',
        doubt: () => 0.8,
        caretTo: () => undefined,
        busy: () => busy.value,
      },
      current,
    )
  })
  if (!draft) throw new Error('no draft')
  /** News of it: the page is read again. */
  const hear = async () => {
    read.value = new Map(on.there)
    await nextTick()
  }
  const send = async () => {
    await flush()
    await nextTick()
  }
  const quiet = async () => {
    busy.value = false
    await vi.advanceTimersByTimeAsync(3000)
  }
  /** The list shows what waits. */
  const seen = async () => {
    const place = { page: PAGE, layer: LAYER, line: 2 }
    const base = { version: 1, content: '=', checked: false }
    keepText(place, { content: 'other', checked: false }, base, true)
    await nextTick()
  }
  /** The one who writes has been at the line for a while. */
  const look = () => vi.setSystemTime(Date.now() + 10_000)
  const waits = (line = 1) => waitingAt({ page: PAGE, layer: LAYER, line })
  return { ...on, draft, current, busy, hear, send, quiet, look, seen, waits, scope }
}

let open: ReturnType<typeof desk> | null = null
const opened = (texts?: Record<number, string>) => {
  open = desk(texts)
  open.look()
  return open
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }))
afterEach(() => {
  open?.scope.stop()
  for (const one of allWaiting()) forgetText(one)
  localStorage.clear()
  vi.useRealTimers()
})

test('a text that arrives is entered where nobody writes', async () => {
  const { draft, write, hear } = opened()
  write(1, 'pq')
  await hear()
  expect(draft.draft.value).toBe('pq')
})

test('between choosing and typing the field does not change, and nothing is written over', async () => {
  const { draft, busy, write, hear, send, waits, history } = opened()
  busy.value = true // all of it is chosen
  write(1, 'pq')
  await hear()
  expect(draft.draft.value).toBe('=')

  draft.put('fh', 2, 'insertText')
  await send()
  expect(history).toEqual(['pq']) // not written over, since its author has not seen it
  expect(waits()).toMatchObject({ content: 'fh', rival: { content: 'pq', version: 2 } })
  expect(draft.draft.value).toBe('fh')
})

test('whoever has just come to a line and types has not seen what arrives at that moment', async () => {
  const { draft, current, write, hear, send, waits } = opened()
  current.value = 2
  await nextTick()
  write(2, 'pq')
  await hear()
  draft.put('fh', 2, 'insertText')
  await send()
  expect(waits(2)).toMatchObject({ content: 'fh', rival: { content: 'pq' } })
})

test('what was held back is entered when the writing is over', async () => {
  const { draft, busy, write, hear, quiet, send, history } = opened()
  busy.value = true
  write(1, 'pq')
  await hear()
  await quiet()
  expect(draft.draft.value).toBe('pq')
  draft.put('pqr', 3, 'insertText')
  await send()
  expect(history).toEqual(['pq', 'pqr'])
})

test('leaving a line does not put its old text over one that was held back', async () => {
  const { draft, busy, current, write, hear, send, history } = opened()
  busy.value = true
  write(1, 'pq')
  await hear()
  current.value = 2
  await nextTick()
  await send()
  expect(history).toEqual(['pq'])
  expect(draft.draft.value).toBe('=')
})

test('accepting an old text leaves the newer one, which nobody has seen, unchecked', async () => {
  const { draft, busy, write, hear, send, quiet, history, there, waits } = opened()
  busy.value = true
  write(1, 'pq')
  await hear()
  draft.accept()
  await send()
  expect(history).toEqual(['pq'])
  expect(there.get(1)?.version).toBe(2)
  await quiet()
  expect(draft.draft.value).toBe('pq')
  expect(waits()).toBeNull()
})

test('a refused text stays ours while more news arrives, until one has chosen', async () => {
  const { draft, write, hear, send, quiet, waits, history } = opened()
  draft.put('eb', 2, 'insertText')
  write(1, 'pq')
  await send()
  expect(waits()).toMatchObject({ content: 'eb', rival: { content: 'pq' } })
  await hear()
  write(1, 'rs')
  await hear()
  await quiet()
  expect(draft.draft.value).toBe('eb')
  expect(waits()).toMatchObject({ content: 'eb', rival: { content: 'pq' } })
  expect(history).toEqual(['pq', 'rs'])
})

test('a refused text is ours when its author comes back to the line', async () => {
  const { draft, current, write, hear, send, waits } = opened()
  draft.put('eb', 2, 'insertText')
  current.value = 2
  await nextTick()
  write(1, 'pq')
  await send()
  await hear()
  current.value = 1
  await nextTick()
  expect(draft.draft.value).toBe('eb')
  expect(waits()).toMatchObject({ content: 'eb', rival: { content: 'pq' } })
})

test('two changes are put together only when nobody writes in them', async () => {
  const { draft, busy, write, hear, send, quiet, history } = opened({ 1: 'En nom Dieu' })
  busy.value = true
  draft.put('En nom Dieu!', 12, 'insertText')
  write(1, 'Un nom Dieu')
  await hear()
  await send()
  expect(draft.draft.value).toBe('En nom Dieu!')
  draft.put('En nom Dieu!!', 13, 'insertText')
  expect(draft.draft.value).toBe('En nom Dieu!!')
  await quiet()
  await send()
  expect(draft.draft.value).toBe('Un nom Dieu!!')
  expect(history).toEqual(['Un nom Dieu', 'Un nom Dieu!!'])
})

test('a key taken back and pressed again is stored, although the list is behind', async () => {
  const { draft, send, there, seen } = opened()
  draft.put('abc', 3, 'insertText')
  await send()
  draft.put('abcd', 4, 'insertText')
  await seen()
  draft.put('abc', 3, 'deleteContentBackward')
  draft.put('abcd', 4, 'insertText')
  await send()
  expect(there.get(1)).toEqual({ content: 'abcd', version: 3 })
})
