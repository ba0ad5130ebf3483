/** A flag on a line: somebody should look at it. */
import { api, ask, onceKey } from '../api/client'
import { sayFault } from '../shell/toasts'

export async function setFlag(page: number, line: number, flagged: boolean): Promise<void> {
  try {
    await ask(
      api.POST('/api/pages/{page_id}/flags', {
        params: { path: { page_id: page } },
        headers: onceKey(),
        body: { line_ids: [line], flagged },
      }),
    )
  } catch (error) {
    sayFault(error)
  }
}
