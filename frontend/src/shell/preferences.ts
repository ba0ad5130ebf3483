/** What a person has set up: kept on the server, so that it is there in every browser. */
import { reactive, readonly, watch } from 'vue'
import { api, ask } from '../api/client'
import { me } from './session'

type Value = string | number | boolean | null | readonly unknown[] | Readonly<object>

const SOON = 800 // ms after the last change
const all = reactive<Record<string, unknown>>({})
let unsent: Record<string, unknown> = {}
let timer: ReturnType<typeof setTimeout> | undefined
let person: number | null = null

/** All that is set, by name. */
export const preferences = readonly(all)

/** Set something for the person that is signed in; null takes it away. */
export function prefer(name: string, value: Value): void {
  all[name] = value
  unsent[name] = value
  remember()
  clearTimeout(timer)
  timer = setTimeout(() => void send(), SOON)
}

function keyOf(id: number): string {
  return `armarius.preferences.unsent.${id}`
}

function remember() {
  if (person === null) return
  try {
    localStorage.setItem(keyOf(person), JSON.stringify(unsent))
  } catch {
    // No room: it is sent while this window is open.
  }
}

function recall(id: number): Record<string, unknown> {
  try {
    return JSON.parse(localStorage.getItem(keyOf(id)) ?? '{}') as Record<string, unknown>
  } catch {
    return {}
  }
}

function replace(values: Record<string, unknown>) {
  for (const name of Object.keys(all)) if (!(name in values)) delete all[name]
  for (const [name, value] of Object.entries(values)) if (value !== null) all[name] = value
}

async function send() {
  const given = unsent
  if (!Object.keys(given).length || person === null) return
  unsent = {}
  try {
    const body = given as Record<string, never>
    await ask(api.PATCH('/api/me/preferences', { body, keepalive: true }))
  } catch {
    unsent = { ...given, ...unsent } // goes out with the next change, or in the next window
  }
  remember()
}

watch(
  me,
  (now) => {
    if (now && now.id !== person) unsent = recall(now.id)
    person = now?.id ?? null
    replace({ ...now?.preferences, ...(now && unsent) })
    void send()
  },
  { immediate: true },
)
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'hidden') void send()
})
