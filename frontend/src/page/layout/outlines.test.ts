import { expect, test } from 'vitest'
import { drawnAnew, unmasked, withMasks } from './outlines'
import {
  apply,
  difference,
  inverse,
  type Line,
  type Name,
  type Sheet,
  strangers,
} from './sheet'
import { rectangle } from './trace'

const line: Line = {
  ...{ id: 1, region: null, type: '', direction: '' },
  baseline: [
    [0, 20],
    [90, 20],
  ],
  mask: rectangle([0, 0], [90, 25]),
}
const longer: Line = {
  ...line,
  baseline: [
    [0, 20],
    [99, 20],
  ],
}
const sheet = (one: Line): Sheet => ({ lines: [one], regions: [] })

test('a baseline that is taken back brings its mask, whatever was drawn since', () => {
  const step = difference('point', sheet(line), sheet(longer))
  expect(unmasked(step)).toEqual(['line:1'])
  const back = inverse(withMasks(step, sheet(line)))
  const drawn = { ...longer, mask: rectangle([0, 0], [99, 25]) }
  expect(strangers(sheet(drawn), back)).toEqual([])
  expect(back.changes[0]?.after).toEqual({ baseline: line.baseline, mask: line.mask })
  // Done again it needs a new one.
  expect(unmasked(inverse(back))).toEqual(['line:1'])
})

test('a step that changes a mask is kept as it is', () => {
  const cut = { ...line, mask: line.mask.slice(1) }
  const step = difference('point', sheet(line), sheet(cut))
  expect(withMasks(step, sheet(line))).toEqual(step)
  expect(unmasked(step)).toEqual([])
})

test('masks that were asked for are a step once they have come, and bring those before back', () => {
  const asked = new Map<Name, Line>([['line:1', line]])
  expect(drawnAnew(asked, sheet({ ...line, type: 'MainLine' }))).toBeNull() // they have not come
  const drawn = { ...line, mask: rectangle([0, 5], [90, 30]) }
  const step = drawnAnew(asked, sheet(drawn))
  if (!step) throw new Error('no step')
  expect(step.act).toBe('masks')
  expect(strangers(sheet(drawn), inverse(step))).toEqual([])
  expect(apply(sheet(drawn), inverse(step))).toEqual(sheet(line))
  expect(unmasked(step)).toEqual([])
  expect(asked.size).toBe(0)

  // A hand-drawn mask before it is undone after it, not met as another person's.
  const before = { ...line, mask: line.mask.slice(1) }
  const byHand = difference('point', sheet(before), sheet(line))
  expect(strangers(apply(sheet(drawn), inverse(step)), inverse(byHand))).toEqual([])
})

test('a mask that follows a baseline changed since is no step of its own', () => {
  const asked = new Map<Name, Line>([['line:1', line]])
  const followed = { ...longer, mask: rectangle([0, 0], [99, 25]) }
  expect(drawnAnew(asked, sheet(followed))).toBeNull()
  expect(asked.size).toBe(0)
})
