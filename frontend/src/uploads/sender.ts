/**
 * One file to the server in pieces, going on where a broken connection left it.
 *
 * The server says how far it is; after any failure it is asked again. Only what a repetition
 * cannot cure (a file that is too large, a file that has vanished from the disk) ends the upload.
 */
import { Fault } from '../api/fault'

export const PIECE = 8 * 1024 * 1024 // bytes: a lost piece costs seconds even on a slow line
const PAUSES = [500, 1000, 2000, 4000, 8000, 15_000, 30_000] // ms between attempts

/** What the sender needs of the server; in tests a small fake with faults. */
export interface Door {
  start(name: string, size: number): Promise<{ id: string; offset: number }>
  offset(id: string): Promise<number>
  append(id: string, offset: number, piece: Blob, signal: AbortSignal): Promise<number>
}

export interface Sending {
  onProgress(sent: number): void
  signal: AbortSignal
  /** Waits between attempts; tests do not wait. */
  pause?: (ms: number, signal: AbortSignal) => Promise<void>
}

/**
 * Send a file and return the id of its upload.
 *
 * Raises the server's Fault when trying again is useless, or after eight failures in a row.
 */
export async function send(
  file: File,
  name: string,
  door: Door,
  how: Sending,
): Promise<string> {
  const { onProgress, signal, pause = wait } = how
  const { id, offset } = await again(() => door.start(name, file.size), signal, pause)
  let at = offset
  let failures = 0
  while (at < file.size) {
    signal.throwIfAborted()
    try {
      at = await door.append(id, at, file.slice(at, at + PIECE), signal)
      failures = 0
    } catch (error) {
      signal.throwIfAborted()
      if (!curable(error) || failures >= PAUSES.length) throw error
      if (!isConflict(error)) await pause(PAUSES[failures] ?? 0, signal)
      failures += 1
      at = await again(() => door.offset(id), signal, pause)
    }
    onProgress(at)
  }
  return id
}

async function again<T>(
  act: () => Promise<T>,
  signal: AbortSignal,
  pause: NonNullable<Sending['pause']>,
): Promise<T> {
  for (const ms of PAUSES) {
    try {
      return await act()
    } catch (error) {
      signal.throwIfAborted()
      if (!curable(error)) throw error
      await pause(ms, signal)
    }
  }
  return act()
}

/** No connection, a busy or restarting server, or an offset that we have wrong. */
function curable(error: unknown): boolean {
  return (
    error instanceof Fault &&
    (error.status === 0 || error.status === 429 || error.status >= 500 || isConflict(error))
  )
}

function isConflict(error: unknown): boolean {
  return error instanceof Fault && error.status === 409
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(signal.reason)
    })
  })
}
