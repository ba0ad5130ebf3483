import { expect, test } from 'vitest'
import { Fault } from '../api/fault'
import { type Door, PIECE, send } from './sender'

/** A server that keeps what arrives, and fails where it is told to. */
function server(faults: (Fault | undefined)[] = [], starts: (Fault | undefined)[] = []) {
  const state = { bytes: 0, pieces: [] as number[], started: 0 }
  const door: Door = {
    async start() {
      state.started += 1
      const fault = starts.shift()
      if (fault) throw fault
      return { id: 'u', offset: 0 }
    },
    async offset() {
      return state.bytes
    },
    async append(_, offset, piece) {
      const fault = faults.shift()
      if (fault?.status === 0) state.bytes += Math.floor(piece.size / 2) // half of it arrived
      if (fault) throw fault
      expect(offset).toBe(state.bytes)
      state.pieces.push(piece.size)
      state.bytes += piece.size
      return state.bytes
    },
  }
  return { door, state }
}

const file = (size: number) => new File([new Uint8Array(size)], 'f1.jpg')
const quiet = () => ({
  onProgress: () => {},
  signal: new AbortController().signal,
  pause: async () => {},
})

test('a large file goes in pieces', async () => {
  const { door, state } = server()
  expect(await send(file(PIECE * 2 + 10), 'f1.jpg', door, quiet())).toBe('u')
  expect(state.pieces).toEqual([PIECE, PIECE, 10])
})

test('after a broken connection it goes on where the server is', async () => {
  const { door, state } = server([undefined, new Fault(0, 'gone')])
  await send(file(PIECE * 2), 'f1.jpg', door, quiet())
  expect(state.bytes).toBe(PIECE * 2)
  expect(state.pieces).toEqual([PIECE, PIECE / 2])
})

test('a busy server is asked again, for the start too', async () => {
  const { door, state } = server([new Fault(503, 'restarting')], [new Fault(429, 'slow down')])
  await send(file(100), 'f1.jpg', door, quiet())
  expect(state).toMatchObject({ bytes: 100, started: 2 })
})

test('what a repetition cannot cure ends the upload at once', async () => {
  const { door, state } = server([], [new Fault(413, 'The limit is 500 MB.')])
  await expect(send(file(100), 'f1.jpg', door, quiet())).rejects.toThrow('The limit is 500 MB.')
  expect(state.started).toBe(1)
})

test('a server that stays away ends the upload after eight failures', async () => {
  const { door } = server(Array.from({ length: 20 }, () => new Fault(503, 'restarting')))
  await expect(send(file(100), 'f1.jpg', door, quiet())).rejects.toThrow('restarting')
})

test('cancelling stops before the next piece', async () => {
  const { door, state } = server()
  const stop = new AbortController()
  const sending = send(file(PIECE * 3), 'f1.jpg', door, {
    ...quiet(),
    signal: stop.signal,
    onProgress: () => stop.abort(),
  })
  await expect(sending).rejects.toThrow()
  expect(state.pieces).toEqual([PIECE])
})
