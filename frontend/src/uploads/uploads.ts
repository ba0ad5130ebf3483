/** Files on their way into documents. Lives beside the views: going elsewhere stops nothing. */
import { computed, reactive } from 'vue'
import { api, ask, onceKey } from '../api/client'
import { asFault } from '../api/fault'
import { remember } from '../jobs/open'
import { sentence } from '../shell/toasts'
import { door } from './door'
import type { Given } from './dropped'
import type { Intake } from './intake'
import { each } from './pool'
import { send } from './sender'

const AT_ONCE = 3

export interface Failed {
  given: Given
  message: string
}

export interface Run {
  id: number
  document: number
  documentName: string
  files: number
  bytes: number
  sent: number
  done: number
  failed: Failed[]
  /** Files of kinds that cannot be imported, left out before anything was sent. */
  left: number
  intake: Intake
  state: 'sending' | 'starting' | 'started' | 'failed' | 'cancelled'
  message: string
  /** The import that reads what has arrived. */
  job: number | null
  stop: AbortController
}

const all = reactive<Run[]>([])
let last = 0

export const runs = computed(() => all as readonly Run[])
export const busy = computed(() => all.some(isOpen))

export function isOpen(run: Run): boolean {
  return run.state === 'sending' || run.state === 'starting'
}

/** Send files and import them into a document as one job. */
export function bring(
  document: { id: number; name: string },
  files: readonly Given[],
  left = 0,
  intake: Intake = {},
): Promise<void> {
  all.push({
    id: ++last,
    document: document.id,
    documentName: document.name,
    files: files.length,
    bytes: files.reduce((sum, { file }) => sum + file.size, 0),
    sent: 0,
    done: 0,
    failed: [],
    left,
    intake,
    state: 'sending',
    message: '',
    job: null,
    stop: new AbortController(),
  })
  const run = all.at(-1)
  return run ? go(run, files) : Promise.resolve()
}

async function go(run: Run, files: readonly Given[]) {
  const uploads: (string | undefined)[] = files.map(() => undefined)
  await each([...files.keys()], AT_ONCE, async (at) => {
    const given = files[at]
    if (given && !run.stop.signal.aborted) uploads[at] = await one(run, given)
  })
  if (run.stop.signal.aborted) return void forget(run, uploads)
  const arrived = uploads.filter((id) => id !== undefined)
  if (!arrived.length) {
    run.state = 'failed'
    return
  }
  run.state = 'starting'
  try {
    const params = { path: { document_id: run.document }, header: onceKey() }
    const job = await ask(
      api.POST('/api/documents/{document_id}/import', {
        params,
        body: { ...run.intake, uploads: arrived },
      }),
    )
    remember(job)
    run.job = job.id
    run.state = 'started'
    // Nothing to tell but the job, which tells for itself.
    if (!run.failed.length && !run.left) setTimeout(() => dismiss(run), 3000)
  } catch (error) {
    run.state = 'failed'
    run.message = sentence(error)
  }
}

async function one(run: Run, given: Given): Promise<string | undefined> {
  let before = 0
  try {
    const id = await send(given.file, given.name, door, {
      signal: run.stop.signal,
      onProgress: (sent) => {
        run.sent += sent - before
        before = sent
      },
    })
    run.done += 1
    return id
  } catch (error) {
    run.sent -= before
    if (!run.stop.signal.aborted) run.failed.push({ given, message: sentence(asFault(error)) })
    return undefined
  }
}

/** Cancelled: what has arrived is not wanted any more. */
async function forget(run: Run, uploads: readonly (string | undefined)[]) {
  run.state = 'cancelled'
  setTimeout(() => dismiss(run), 3000)
  for (const id of uploads) {
    if (!id) continue
    // The server forgets it by itself in two days where this fails.
    await ask(
      api.DELETE('/api/uploads/{upload_id}', { params: { path: { upload_id: id } } }),
    ).catch(() => {})
  }
}

export function cancel(run: Run): void {
  run.stop.abort()
}

/** Send again what did not arrive. */
export function again(run: Run): Promise<void> {
  const files = run.failed.map(({ given }) => given)
  dismiss(run)
  return bring({ id: run.document, name: run.documentName }, files, 0, run.intake)
}

export function dismiss(run: Run): void {
  const at = all.findIndex((one) => one.id === run.id)
  if (at >= 0) all.splice(at, 1)
}

if (typeof window !== 'undefined')
  window.addEventListener('beforeunload', (event) => {
    if (busy.value) event.preventDefault()
  })
