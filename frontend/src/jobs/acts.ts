/** What a person can do with a job. */
import { api, ask, onceKey } from '../api/client'
import type { Job } from '../api/types'
import { sayFault } from '../shell/toasts'
import { remember } from './open'

/** Ask a job to end; what is done is kept. */
export async function cancelJob(job: Job): Promise<void> {
  try {
    remember(
      await ask(
        api.POST('/api/jobs/{job_id}/cancel', { params: { path: { job_id: job.id } } }),
      ),
    )
  } catch (error) {
    sayFault(error)
  }
}

/** Start a job that does again what failed; null where that is not possible. */
export async function retryJob(job: Job): Promise<Job | null> {
  try {
    const params = { path: { job_id: job.id }, header: onceKey() }
    const again = await ask(api.POST('/api/jobs/{job_id}/retry', { params }))
    remember(again)
    return again
  } catch (error) {
    sayFault(error)
    return null
  }
}
