/** Who is signed in. */
import { readonly, shallowRef } from 'vue'
import { api, ask, onSignedOut, useCsrf } from '../api/client'
import { asFault } from '../api/fault'
import type { Me } from '../api/types'
import { connect, disconnect } from '../live'

const person = shallowRef<Me | null>(null)
let asked: Promise<void> | null = null

/** The person that is signed in, or null. */
export const me = readonly(person)

/** Ask the server once who we are; a second call waits for the same answer. */
export function known(): Promise<void> {
  asked ??= find()
  return asked
}

async function find() {
  try {
    welcome(await ask(api.GET('/api/me')))
  } catch (error) {
    if (asFault(error).status !== 401) {
      asked = null
      throw error
    }
  }
}

export async function signIn(username: string, password: string): Promise<void> {
  welcome(await ask(api.POST('/api/session', { body: { username, password } })))
}

/** Ask again who is signed in, after something about them has changed. */
export async function renew(): Promise<void> {
  welcome(await ask(api.GET('/api/me')))
}

/** Change what one says about oneself. */
export async function save(body: {
  full_name?: string
  letters?: Me['letters']
}): Promise<void> {
  welcome(await ask(api.PATCH('/api/me', { body })))
}

export async function signOut(): Promise<void> {
  await ask(api.DELETE('/api/session'))
  farewell()
}

/** Take over what the server says about who is signed in. */
export function welcome(found: Me): void {
  const same = person.value?.id === found.id
  useCsrf(found.csrf)
  person.value = found
  if (!same) connect(found.id, found.news)
}

function farewell() {
  person.value = null
  disconnect()
}

onSignedOut(farewell)
