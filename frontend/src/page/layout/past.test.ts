import { expect, test } from 'vitest'
import type { Shelf } from '../queue'
import { Past } from './past'
import type { Step } from './sheet'

function shelf(things = new Map<string, string>()): Shelf {
  return {
    get: (name) => things.get(name) ?? null,
    set: (name, value) => void things.set(name, value),
    remove: (name) => void things.delete(name),
    names: () => [...things.keys()],
  }
}
const step: Step = { act: 'remove', changes: [], order: null, texts: [] }

test('what was done before a page was turned is undone only on the image it was done on', () => {
  const on = shelf()
  new Past(on, 7, 'upright').push(step)
  expect(new Past(on, 7, 'turned').last).toBeUndefined()
  expect(new Past(on, 8, 'upright').last).toBeUndefined()
  expect(new Past(on, 7, 'upright').last).toEqual(step)
})
