/** How what waits is sent, and what an answer says about it. */
import { api } from '../api/client'
import { faultOf } from '../api/fault'
import type { paths } from '../api/schema'
import { bodyOf, type Drawn, type DrawnBatch, type Refused } from './drawings'
import type { Flag } from './flags'
import type { Batch, Outcome } from './queue'

/**
 * `later`: nobody knows yet, or the server could not; the same is sent again.
 * `refused`: nothing was stored, and nothing will be as it stands.
 */
export type Answer<T> = { outcome: T } | { refused: string } | 'later'
/** All was stored, or nothing because others were faster. */
export type DrawnOutcome = { drawn: Drawn } | { refused: readonly Refused[] }

type DrawingIn =
  paths['/api/pages/{page_id}/lines']['patch']['requestBody']['content']['application/json']

interface Raw {
  data?: unknown
  error?: unknown
  response: Response
}

export async function postTexts(batch: Batch, keepalive: boolean): Promise<Answer<Outcome>> {
  const answer = await answerOf(
    api.PATCH('/api/pages/{page_id}/texts', {
      params: { path: { page_id: batch.page } },
      headers: { 'Idempotency-Key': batch.key },
      body: { items: batch.items },
      keepalive,
    }),
  )
  if (answer === 'later') return answer
  const { data, error, response } = answer
  if (response.ok) return { outcome: { saved: (data as Outcome).saved, refused: [] } }
  const told = (error ?? {}) as { saved?: Outcome['saved']; items?: Outcome['refused'] }
  if (response.status === 409 && told.items)
    return { outcome: { saved: told.saved ?? [], refused: told.items } }
  if (response.status === 404) return { outcome: { saved: [], refused: batch.items.map(gone) } }
  return { refused: faultOf(response.status, error).message }
}

export async function postDrawing(
  batch: DrawnBatch,
  keepalive: boolean,
): Promise<Answer<DrawnOutcome>> {
  const answer = await answerOf(
    api.PATCH('/api/pages/{page_id}/lines', {
      params: { path: { page_id: batch.page } },
      headers: { 'Idempotency-Key': batch.key },
      body: bodyOf(batch) as DrawingIn,
      keepalive,
    }),
  )
  if (answer === 'later') return answer
  const { data, error, response } = answer
  if (response.ok) return { outcome: { drawn: data as Drawn } }
  const told = (error ?? {}) as { items?: Refused[] }
  if (response.status === 409 && told.items) return { outcome: { refused: told.items } }
  return { refused: faultOf(response.status, error).message }
}

export async function postFlag(
  { page, line, flagged }: Flag,
  keepalive: boolean,
): Promise<Answer<Flag>> {
  const answer = await answerOf(
    api.POST('/api/pages/{page_id}/flags', {
      params: { path: { page_id: page } },
      body: { line_ids: [line], flagged },
      keepalive,
    }),
  )
  if (answer === 'later') return answer
  const { error, response } = answer
  if (response.ok) return { outcome: { page, line, flagged } }
  return { refused: faultOf(response.status, error).message }
}

async function answerOf(call: Promise<Raw>): Promise<Raw | 'later'> {
  try {
    const raw = await call
    const { status } = raw.response
    return status === 429 || status === 401 || status >= 500 ? 'later' : raw
  } catch {
    return 'later'
  }
}

function gone({ line, layer }: Batch['items'][number]): Outcome['refused'][number] {
  const nothing = { version: 0, content: null, author: null, updated_at: null }
  return { line, layer, why: 'gone', ...nothing }
}
