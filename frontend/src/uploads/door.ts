/** The server's end of an upload. */
import { api, ask, bareHeaders } from '../api/client'
import { Fault, faultOf } from '../api/fault'
import type { Door } from './sender'

export const door: Door = {
  start: (name, size) => ask(api.POST('/api/uploads', { body: { name, size } })),
  async offset(id) {
    const params = { path: { upload_id: id } }
    return (await ask(api.GET('/api/uploads/{upload_id}', { params }))).offset
  },
  async append(id, offset, piece, signal) {
    // Raw bytes: the typed client would make JSON of them.
    let response: Response
    try {
      response = await fetch(`/api/uploads/${id}`, {
        method: 'PATCH',
        headers: {
          ...bareHeaders(),
          'Content-Type': 'application/octet-stream',
          'Upload-Offset': String(offset),
        },
        body: piece,
        signal,
      })
    } catch {
      throw new Fault(0, '')
    }
    const body: unknown = await response.json().catch(() => null)
    if (!response.ok) throw faultOf(response.status, body)
    const arrived = typeof body === 'object' && body !== null && 'offset' in body && body.offset
    if (typeof arrived !== 'number') throw new Fault(0, '')
    return arrived
  },
}
