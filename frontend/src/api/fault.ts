/** An error as the server tells it (RFC 9457), or as the network failed to. */

interface Problem {
  title?: string
  detail?: string
  status?: number
  items?: Record<string, unknown>[]
}

export class Fault extends Error {
  /**
   * @param status of HTTP; 0 where there was no answer at all.
   * @param message a sentence for the user.
   * @param items of a conflict: what is stored now.
   */
  constructor(
    readonly status: number,
    message: string,
    readonly items: Record<string, unknown>[] = [],
  ) {
    super(message)
    this.name = 'Fault'
  }
}

/** The fault that an answer describes. */
export function faultOf(status: number, body: unknown): Fault {
  const problem: Problem = typeof body === 'object' && body !== null ? body : {}
  return new Fault(status, problem.detail ?? problem.title ?? `HTTP ${status}`, problem.items)
}

/** Whatever was thrown, as a fault that can be shown. */
export function asFault(error: unknown): Fault {
  if (error instanceof Fault) return error
  return new Fault(0, error instanceof Error ? error.message : String(error))
}
