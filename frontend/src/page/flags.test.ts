import { expect, test } from 'vitest'
import { Flags } from './flags'
import type { Shelf } from './queue'

function shelf(things = new Map<string, string>()): Shelf {
  return {
    get: (name) => things.get(name) ?? null,
    set: (name, value) => void things.set(name, value),
    remove: (name) => void things.delete(name),
    names: () => [...things.keys()],
  }
}
const flag = (line: number, flagged = true) => ({ page: 9, line, flagged })

test('a flag waits, in the next window too, until the server has it', () => {
  const on = shelf()
  new Flags(on).put(flag(4))
  const flags = new Flags(on)
  expect(flags.next()).toEqual(flag(4))
  expect(flags.next()).toEqual(flag(4)) // no answer: again
  flags.settle(flag(4))
  expect([flags.next(), flags.count()]).toEqual([null, 0])
})

test('of one line the last wish goes out, also where an earlier one is on its way', () => {
  const flags = new Flags(shelf())
  flags.put(flag(4))
  const sent = flags.next()
  flags.put(flag(4, false))
  if (sent) flags.settle(sent)
  expect(flags.all()).toEqual([flag(4, false)])
})

test('the flag of a new line waits for the id of the line', () => {
  const flags = new Flags(shelf())
  flags.put(flag(-5))
  expect(flags.next()).toBeNull()
  flags.rename(9, -5, 40)
  expect(flags.next()).toEqual(flag(40))
  expect(flags.count()).toBe(1)
})
