/** Typed calls of the server. The types are made from its OpenAPI document (`npm run api`). */
import createClient from 'openapi-fetch'
import { Fault, faultOf } from './fault'
import type { paths } from './schema'

let csrf = ''
let signedOut = () => {}

/** The text that the server wants to see again with every change. */
export function useCsrf(text: string): void {
  csrf = text
}

/** What to do when the server no longer knows us. */
export function onSignedOut(act: () => void): void {
  signedOut = act
}

export const api = createClient<paths>({ baseUrl: '/' })

api.use({
  onRequest({ request }) {
    if (request.method !== 'GET') request.headers.set('X-CSRFToken', csrf)
    return request
  },
  onResponse({ response, schemaPath }) {
    if (response.status === 401 && schemaPath !== '/api/me' && schemaPath !== '/api/session')
      signedOut()
  },
})

interface Answer<T> {
  data?: T
  error?: unknown
  response: Response
}

/** The data of an answer. Raises a Fault for every other one, and where none came. */
export async function ask<T>(call: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>
  try {
    answer = await call
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new Fault(0, '')
  }
  if (!answer.response.ok) throw faultOf(answer.response.status, answer.error)
  // An answer without content has no data, and its type says undefined.
  return answer.data as T
}

/** The headers of a change that may be repeated without happening twice. */
export function onceKey(): { 'Idempotency-Key': string } {
  return { 'Idempotency-Key': crypto.randomUUID() }
}

/** Headers for calls that do not go through `api` (pieces of uploads). */
export function bareHeaders(): Record<string, string> {
  return { 'X-CSRFToken': csrf }
}
