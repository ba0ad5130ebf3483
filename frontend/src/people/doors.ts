/** The ways in that this instance offers. */
import { api, ask } from '../api/client'
import { useLoaded } from '../api/useLoaded'

export function useDoors() {
  return useLoaded(() => ask(api.GET('/api/session/doors')))
}

/** Go to the OpenID Connect provider; it sends the browser back to `next`. */
export async function goTo(next: string, invitation = ''): Promise<void> {
  const { address } = await ask(api.POST('/api/session/openid', { body: { next, invitation } }))
  window.location.assign(address)
}

/** What stands behind # in the address: it is sent to no server and no log. */
export function secretOf(): string {
  return window.location.hash.replace(/^#/, '')
}
