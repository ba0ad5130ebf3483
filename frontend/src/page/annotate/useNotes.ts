/** The annotations of a page: read, made, changed and taken back, each act after the one before. */
import { computed, onScopeDispose, ref, shallowRef, triggerRef } from 'vue'
import { api, ask, onceKey } from '../../api/client'
import { Fault } from '../../api/fault'
import type { Note, Taxonomy } from '../../api/types'
import { useLoaded } from '../../api/useLoaded'
import { useNews } from '../../live'
import { say, sayFault } from '../../shell/toasts'
import { t } from '../../words'
import type { Points } from '../layout/sheet'
import type { Span } from './spans'

const MOST = 500 // of a list in one answer
const PATIENCE = [1000, 2000, 5000, 15_000] // ms before an act is tried again

/** What an annotation says, and where it is on the image. */
export interface Said {
  polygon?: Points
  /** All of them; of a change only those that change, empty where one goes. */
  values?: Record<string, string>
  comments?: string[]
}
export interface Place {
  polygon?: Points
  text?: Span & { layer: number }
}
interface Deed {
  undo(): Promise<unknown>
  redo(): Promise<unknown>
}

/** All of a list that comes in parts. */
async function all<T>(part: (offset: number) => Promise<{ items: T[]; count: number }>) {
  const found: T[] = []
  for (;;) {
    const { items, count } = await part(found.length)
    found.push(...items)
    if (found.length >= count || !items.length) return found
  }
}

/** The next moment in which there may be a connection again. */
function connection(tried: number): Promise<void> {
  return new Promise((go) => {
    const come = () => {
      clearTimeout(timer)
      window.removeEventListener('online', come)
      go()
    }
    const timer = setTimeout(come, PATIENCE[Math.min(tried, PATIENCE.length - 1)])
    window.addEventListener('online', come)
  })
}

function filled(values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value))
}

export function useNotes(page: () => number, project: () => number) {
  const notes = useLoaded(() => {
    const params = (offset: number) => ({
      path: { page_id: page() },
      query: { offset, limit: MOST },
    })
    return all((offset) =>
      ask(api.GET('/api/pages/{page_id}/annotations', { params: params(offset) })),
    )
  }, page)
  /** Also those that nothing new is annotated with. */
  const taxonomies = useLoaded(async () => {
    const of = (removed: boolean) =>
      all((offset) => {
        const params = {
          path: { project_id: project() },
          query: { offset, limit: MOST, removed },
        }
        return ask(api.GET('/api/projects/{project_id}/taxonomies', { params }))
      })
    const [there, gone] = await Promise.all([of(false), of(true)])
    return { there, all: new Map([...there, ...gone].map((one) => [one.id, one])) }
  }, project)
  useNews('annotations', ({ payload }) => {
    if (payload.page === page()) void calm()
  })

  /** Polygons that are drawn and not on the server yet. */
  const drawn = shallowRef(new Map<number, Points>())
  const past = shallowRef<{ done: Deed[]; undone: Deed[] }>({ done: [], undone: [] })
  let line: Promise<unknown> = Promise.resolve()
  const waits = ref(0)
  const away = ref(false)
  // What waits is kept in this window only.
  const stay = (event: BeforeUnloadEvent) => {
    if (waits.value) event.preventDefault()
  }
  window.addEventListener('beforeunload', stay)
  onScopeDispose(() => void line.then(() => window.removeEventListener('beforeunload', stay)))

  /** Do it, as often as it takes where the server cannot be reached. */
  async function patiently<T>(act: () => Promise<T>): Promise<T> {
    for (let tried = 0; ; tried++)
      try {
        const done = await act()
        away.value = false
        return done
      } catch (error) {
        away.value = error instanceof Fault && error.status === 0
        if (!away.value) throw error
        await connection(tried)
      }
  }

  /** One act after the other; what went wrong is told, and all is read again. */
  function inTurn<T>(act: () => Promise<T>): Promise<T | undefined> {
    waits.value += 1
    const done = line
      .then(() => patiently(act))
      .catch(async (error: unknown) => {
        drawn.value = new Map()
        past.value = { done: [], undone: [] }
        sayFault(error)
        await notes.reload()
        return undefined
      })
    line = done.then(() => {
      waits.value -= 1
    })
    return done
  }
  /** Read again, unless there are acts of our own on their way. */
  async function calm() {
    if (!waits.value) await notes.reload()
  }

  function learn(one: Note) {
    const others = notes.data.value ?? []
    const known = others.some(({ id }) => id === one.id)
    notes.data.value = known
      ? others.map((old) => (old.id === one.id ? one : old))
      : [...others, one].sort((a, b) => a.id - b.id)
  }
  function remember(deed: Deed) {
    past.value = { done: [...past.value.done, deed], undone: [] }
  }

  async function write(id: number, said: Said) {
    const { polygon, ...rest } = said
    const version = notes.data.value?.find((one) => one.id === id)?.version ?? 0
    const corners = polygon && { polygon: polygon.map(([x, y]): [number, number] => [x, y]) }
    learn(
      await ask(
        api.PATCH('/api/annotations/{annotation_id}', {
          params: { path: { annotation_id: id } },
          body: { version, ...rest, ...corners },
        }),
      ),
    )
  }
  async function put(id: number, gone: boolean) {
    const params = { path: { annotation_id: id } }
    if (gone) {
      await ask(api.DELETE('/api/annotations/{annotation_id}', { params }))
      notes.data.value = notes.data.value?.filter((one) => one.id !== id)
    } else learn(await ask(api.POST('/api/annotations/{annotation_id}/restore', { params })))
  }

  const add = (taxonomy: number, { polygon, text }: Place) => {
    const headers = onceKey()
    const params = { path: { page_id: page() } }
    return inTurn(async () => {
      const where = text
        ? { text }
        : { polygon: (polygon ?? []).map(([x, y]): [number, number] => [x, y]) }
      const made = await ask(
        api.POST('/api/pages/{page_id}/annotations', {
          params,
          headers,
          body: { taxonomy, values: {}, comments: [], ...where },
        }),
      )
      learn(made)
      const { id } = made
      remember({ undo: () => put(id, true), redo: () => put(id, false) })
      return made
    })
  }

  function change(id: number, said: Said) {
    if (said.polygon) {
      drawn.value.set(id, said.polygon)
      triggerRef(drawn)
    }
    return inTurn(async () => {
      const was = notes.data.value?.find((one) => one.id === id)
      if (!was) return
      // Of a shape that is moved step by step only the last step counts.
      if (said.polygon && drawn.value.get(id) !== said.polygon) return
      const values = said.values && filled({ ...was.values, ...said.values })
      const after: Said = { ...said, ...(values && { values }) }
      await write(id, after)
      if (drawn.value.delete(id)) triggerRef(drawn)
      const before: Said = {
        ...(said.polygon && { polygon: was.polygon as unknown as Points }),
        ...(said.values && { values: was.values }),
        ...(said.comments && { comments: was.comments }),
      }
      remember({ undo: () => write(id, before), redo: () => write(id, after) })
    })
  }

  const remove = (id: number) =>
    inTurn(async () => {
      await put(id, true)
      const deed = { undo: () => put(id, false), redo: () => put(id, true) }
      remember(deed)
      const run = () =>
        void inTurn(async () => {
          if (!past.value.done.includes(deed)) return // undone by the key
          await deed.undo()
          past.value = { ...past.value, done: past.value.done.filter((one) => one !== deed) }
        })
      say(t('annotate.removed'), { act: { label: t('do.undo'), run } })
    })

  const back = (way: 'undo' | 'redo') =>
    inTurn(async () => {
      const { done, undone } = past.value
      const deed = (way === 'undo' ? done : undone).at(-1)
      if (!deed) return
      await deed[way]()
      past.value =
        way === 'undo'
          ? { done: done.slice(0, -1), undone: [...undone, deed] }
          : { done: [...done, deed], undone: undone.slice(0, -1) }
    })

  return {
    notes: computed(() => notes.data.value ?? []),
    fault: computed(() => notes.fault.value ?? taxonomies.fault.value),
    taxonomies: computed(() => taxonomies.data.value?.there),
    /** Also those that are no more in use. */
    known: computed(
      (): ReadonlyMap<number, Taxonomy> => taxonomies.data.value?.all ?? new Map(),
    ),
    drawn,
    /** How many acts wait for a connection. */
    waiting: computed(() => (away.value ? waits.value : 0)),
    undoable: computed(() => past.value.done.length > 0),
    redoable: computed(() => past.value.undone.length > 0),
    add,
    change,
    remove,
    undo: () => back('undo'),
    redo: () => back('redo'),
    reload: async () => {
      await Promise.all([notes.reload(), taxonomies.reload()])
    },
  }
}
export type Notes = ReturnType<typeof useNotes>
