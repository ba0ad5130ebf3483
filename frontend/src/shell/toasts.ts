/** Short words about something that has just happened, away from where it shows. */
import { readonly, ref } from 'vue'
import { asFault } from '../api/fault'
import { t } from '../words'

export interface Toast {
  id: number
  text: string
  bad: boolean
  act?: { label: string; run(): void }
}

const shown = ref<Toast[]>([])
let last = 0

export const toasts = readonly(shown)

/** Tell; goes away by itself after some seconds, errors only when closed. */
export function say(text: string, more: Partial<Pick<Toast, 'bad' | 'act'>> = {}): void {
  const id = ++last
  shown.value = [...shown.value.slice(-3), { id, text, bad: false, ...more }]
  if (!more.bad) setTimeout(() => hush(id), more.act ? 10_000 : 5_000)
}

export function sayFault(error: unknown): void {
  say(sentence(error), { bad: true })
}

/** What went wrong as one sentence in the user's language. */
export function sentence(error: unknown): string {
  const fault = asFault(error)
  return fault.status === 0 && !fault.message ? t('fault.noAnswer') : fault.message
}

export function hush(id: number): void {
  shown.value = shown.value.filter((toast) => toast.id !== id)
}
