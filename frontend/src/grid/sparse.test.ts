import { beforeEach, expect, test, vi } from 'vitest'
import { PIECE, SparseList } from './sparse'

let stored: { id: number; name: string }[]
const changed = vi.fn()
const load = vi.fn(async (offset: number, limit: number) => ({
  items: stored.slice(offset, offset + limit),
  count: stored.length,
}))

beforeEach(() => {
  vi.clearAllMocks()
  stored = Array.from({ length: PIECE * 3 + 10 }, (_, at) => ({
    id: 1000 + at,
    name: `f${at}`,
  }))
})

test('only the pieces that are looked at are fetched, and each once', async () => {
  const list = new SparseList(load, changed)
  await Promise.all([list.ensure(0, 10), list.ensure(5, 20)])
  await list.ensure(PIECE - 5, PIECE + 5)
  expect(load.mock.calls.map(([offset]) => offset)).toEqual([0, PIECE])
  expect(list.at(3)?.name).toBe('f3')
  expect(list.at(PIECE * 2)).toBeUndefined()
  expect(list.count).toBe(PIECE * 3 + 10)
})

test('the end of the list is not asked beyond', async () => {
  const list = new SparseList(load, changed)
  await list.ensure(0, 0)
  await list.ensure(0, 100_000)
  expect(load).toHaveBeenCalledTimes(4)
})

test('a changed page is read again where it stands', async () => {
  const list = new SparseList(load, changed)
  await list.ensure(0, PIECE)
  stored[PIECE] = { id: 1000 + PIECE, name: 'renamed' }
  await list.refresh([1000 + PIECE, 99])
  expect(list.at(PIECE)?.name).toBe('renamed')
  expect(load).toHaveBeenCalledTimes(3)
})

test('after a removal places are right again and far pieces are forgotten', async () => {
  const list = new SparseList(load, changed)
  await list.ensure(0, PIECE * 2)
  stored.splice(0, 1)
  await list.reload(0, 10)
  expect(list.count).toBe(PIECE * 3 + 9)
  expect(list.at(0)?.id).toBe(1001)
  expect(list.placeOf(1001)).toBe(0)
  expect(list.placeOf(1000)).toBeUndefined()
  expect(list.at(PIECE * 2)).toBeUndefined()
})

test('a failed piece can be asked for again', async () => {
  const list = new SparseList(load, changed)
  load.mockRejectedValueOnce(new Error('gone'))
  await expect(list.ensure(0, 1)).rejects.toThrow('gone')
  await list.ensure(0, 1)
  expect(list.at(0)?.id).toBe(1000)
})

test('an answer that a newer question has overtaken is thrown away', async () => {
  const list = new SparseList(load, changed)
  let answer: (() => void) | undefined
  load.mockImplementationOnce(
    () =>
      new Promise((resolve) => {
        answer = () => resolve({ items: [{ id: 1, name: 'old' }], count: 1 })
      }),
  )
  const slow = list.ensure(0, 1)
  await list.reload(0, 1)
  answer?.()
  await slow
  expect(list.at(0)?.name).toBe('f0')
})
