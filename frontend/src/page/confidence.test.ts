import { expect, test } from 'vitest'
import { pieces } from './confidence'

const bytes = (...values: number[]) => btoa(String.fromCharCode(...values))

test('runs of doubtful characters become pieces of their own', () => {
  expect(pieces('abcd', bytes(250, 100, 90, 255))).toEqual([
    { text: 'a', doubtful: false },
    { text: 'bc', doubtful: true },
    { text: 'd', doubtful: false },
  ])
})

test('a combining mark stays with the character that carries it', () => {
  expect(pieces('q\u0303i', bytes(255, 20, 255))).toEqual([
    { text: 'q\u0303', doubtful: true },
    { text: 'i', doubtful: false },
  ])
})

test('confidences count code points, not code units', () => {
  expect(pieces('𝔞b', bytes(255, 10))).toEqual([
    { text: '𝔞', doubtful: false },
    { text: 'b', doubtful: true },
  ])
})

test('confidences that do not fit the text mark nothing', () => {
  expect(pieces('abc', bytes(1, 2))).toEqual([{ text: 'abc', doubtful: false }])
  expect(pieces('abc', null)).toEqual([{ text: 'abc', doubtful: false }])
  expect(pieces('', '')).toEqual([])
})
