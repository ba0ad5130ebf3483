import { expect, test } from 'vitest'
import { extend, NOTHING, only, toggle, without } from './selection'

const idAt = (place: number) => [10, 11, 12, 13, 14][place]

test('a range goes from the last click to the one with Shift, in both directions', () => {
  const start = only(NOTHING, 13, 3)
  expect([...extend(start, 1, idAt).ids].sort()).toEqual([11, 12, 13])
  expect([...extend(start, 4, idAt).ids].sort()).toEqual([13, 14])
})

test('a second range starts where the first did', () => {
  const first = extend(only(NOTHING, 11, 1), 2, idAt)
  expect([...extend(first, 0, idAt).ids].sort()).toEqual([10, 11, 12])
})

test('a range over places that are not known yet leaves them out', () => {
  expect([...extend(only(NOTHING, 14, 4), 6, idAt).ids]).toEqual([14])
})

test('Ctrl adds and takes out again', () => {
  const two = toggle(only(NOTHING, 10, 0), 12, 2)
  expect([...two.ids]).toEqual([10, 12])
  expect([...toggle(two, 10, 0).ids]).toEqual([12])
})

test('a click on the only chosen thing drops it', () => {
  expect(only(only(NOTHING, 10, 0), 10, 0)).toBe(NOTHING)
})

test('deleted things are no longer chosen', () => {
  expect(without(only(NOTHING, 10, 0), [10])).toEqual(NOTHING)
})
