/** What this instance says to who is not signed in. */
import { api, ask } from '../api/client'
import { useLoaded } from '../api/useLoaded'

export function useWelcome() {
  return useLoaded(() => ask(api.GET('/api/welcome')))
}
