import { expect, test } from 'vitest'
import { bodyOf, type DrawnBatch, Drawings } from './drawings'
import { difference, inverse, type Line, type Name, type Sheet } from './layout/sheet'
import type { Shelf } from './queue'

function shelf(things = new Map<string, string>()): Shelf {
  return {
    get: (name) => things.get(name) ?? null,
    set: (name, value) => void things.set(name, value),
    remove: (name) => void things.delete(name),
    names: () => [...things.keys()],
  }
}
let keys = 0
const drawings = (on = shelf()) => new Drawings(on, () => `key ${++keys}`)
const seen = (name: Name) => ({ 'line:1': 3, 'line:2': 4 })[name as string]

function line(id: number, x = 0): Line {
  const baseline = [
    [x, id],
    [x + 50, id],
  ] as const
  return { id, region: null, type: '', baseline, mask: [], direction: '' }
}
const sheet = (...lines: Line[]): Sheet => ({ lines, regions: [] })
const both = sheet(line(1), line(2))

function sent(kept: Drawings): DrawnBatch {
  const batch = kept.next()
  if (!batch) throw new Error('nothing to send')
  return batch
}

test('many steps on one shape go out as one change, on the version that was seen', () => {
  const kept = drawings()
  kept.put(9, difference('move', both, sheet(line(1, 5), line(2))), seen)
  kept.put(9, difference('move', sheet(line(1, 5), line(2)), sheet(line(1, 8), line(2))), seen)
  expect(kept.count()).toBe(1)
  const { lines } = bodyOf(sent(kept))
  expect(lines.update).toEqual([
    {
      id: 1,
      version: 3,
      baseline: [
        [8, 1],
        [58, 1],
      ],
    },
  ])
})

test('what was made and taken back is never sent', () => {
  const kept = drawings()
  const step = difference('draw', both, sheet(line(1), line(2), line(-5)))
  kept.put(9, step, seen)
  kept.put(9, inverse(step), seen)
  expect(bodyOf(sent(kept)).lines).toEqual({ create: [], update: [], delete: [], restore: [] })
})

test('a new line is called by its key until it has an id, in the order too', () => {
  const on = shelf()
  const kept = drawings(on)
  kept.put(9, difference('draw', both, sheet(line(1), line(-5), line(2))), seen)
  const batch = sent(kept)
  const body = bodyOf(batch)
  expect(body.lines.create[0]).toMatchObject({
    key: 'line_5',
    baseline: [
      [0, -5],
      [50, -5],
    ],
  })
  expect(body.order).toEqual([1, 'line_5', 2])

  // Meanwhile it is moved; that follows on the version of the answer, also in another window.
  kept.put(9, difference('move', sheet(line(-5)), sheet(line(-5, 7))), seen)
  const again = drawings(on)
  expect(sent(again)).toEqual(batch)
  const settled = again.settle(batch, {
    version: 6,
    regions: [],
    lines: [{ id: 80, version: 1 }],
  })
  expect(settled?.names).toEqual(new Map([['line:-5', 'line:80']]))
  expect(bodyOf(sent(again)).lines.update).toEqual([
    {
      id: 80,
      version: 1,
      baseline: [
        [7, -5],
        [57, -5],
      ],
    },
  ])
  expect(again.settle(batch, { version: 6, regions: [], lines: [] })).toBeNull()
})

test('a deleted line is brought back first, then its values follow', () => {
  const kept = drawings()
  const step = difference('remove', both, sheet(line(2)))
  kept.put(9, step, seen)
  const first = sent(kept)
  expect(bodyOf(first).lines.delete).toEqual([{ id: 1, version: 3 }])
  kept.settle(first, { version: 7, regions: [], lines: [] })
  kept.put(9, inverse(step), () => undefined)
  const second = sent(kept)
  expect(bodyOf(second).lines.restore).toEqual([1])
  kept.settle(second, { version: 8, regions: [], lines: [{ id: 1, version: 5 }] })
  expect(bodyOf(sent(kept)).lines.update[0]).toMatchObject({ id: 1, version: 5 })
})

test('undone before it was sent, a deletion is no deletion', () => {
  const kept = drawings()
  const step = difference('remove', both, sheet(line(2)))
  kept.put(9, step, seen)
  kept.put(9, inverse(step), seen)
  const { lines } = bodyOf(sent(kept))
  expect([lines.delete, lines.restore]).toEqual([[], []])
  expect(lines.update[0]).toMatchObject({ id: 1, version: 3 })
})

test('where somebody was faster nothing of the page is sent until one has chosen', () => {
  const kept = drawings()
  kept.put(9, difference('move', both, sheet(line(1, 5), line(2, 5))), seen)
  const refused = {
    kind: 'line',
    id: 1,
    why: 'changed',
    version: 4,
    baseline: [[1, 1]] as const,
  }
  kept.meet(sent(kept), [refused])
  expect(kept.next()).toBeNull()
  expect(kept.count()).toBe(2)
  kept.keepOurs(9, 'line:1')
  expect(bodyOf(sent(kept)).lines.update.map(({ version }) => version)).toEqual([4, 4])
})

test('of a line that was deleted by somebody else ours is kept by bringing it back', () => {
  const kept = drawings()
  kept.put(9, difference('move', both, sheet(line(1, 5), line(2))), seen)
  kept.meet(sent(kept), [{ kind: 'line', id: 1, why: 'gone' }])
  kept.keepOurs(9, 'line:1')
  expect(bodyOf(sent(kept)).lines.restore).toEqual([1])
})

test('a refused batch waits under what was wanted since', () => {
  const kept = drawings()
  kept.put(9, difference('move', both, sheet(line(1, 5), line(2))), seen)
  const batch = sent(kept)
  kept.put(9, difference('retype', both, sheet({ ...line(1), type: 'X' }, line(2))), seen)
  kept.takeBack(batch)
  expect(bodyOf(sent(kept)).lines.update).toEqual([
    {
      id: 1,
      version: 3,
      baseline: [
        [5, 1],
        [55, 1],
      ],
      type: 'X',
    },
  ])
})

test('a mask that the machine drew anew is no rival of whoever types or removes the line', () => {
  const typed = { ...line(1), type: 'X' }
  const now = { kind: 'line', id: 1, why: 'changed', version: 4, region: null, direction: '' }
  const redrawn = { ...now, baseline: line(1).baseline, mask: [[0, 0]] as const, type: '' }
  for (const after of [sheet(typed, line(2)), sheet(line(2))]) {
    const kept = drawings()
    kept.put(9, difference('step', both, after), seen)
    kept.meet(sent(kept), [redrawn])
    const { lines } = bodyOf(sent(kept))
    expect([...lines.update, ...lines.delete].map(({ version }) => version)).toEqual([4])
  }
})

test('a type that somebody else gave is a rival of ours, and of our removing the line', () => {
  const now = { kind: 'line', id: 1, why: 'changed', version: 4, region: null, direction: '' }
  const theirs = { ...now, baseline: line(1).baseline, mask: [], type: 'Y' }
  for (const after of [sheet({ ...line(1), type: 'X' }, line(2)), sheet(line(2))]) {
    const kept = drawings()
    kept.put(9, difference('step', both, after), seen)
    kept.meet(sent(kept), [theirs])
    expect(kept.next()).toBeNull()
  }
})
