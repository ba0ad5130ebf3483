import { expect, test } from 'vitest'
import { unmasked, withMasks } from './outlines'
import { difference, inverse, type Line, type Sheet, strangers } from './sheet'
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
