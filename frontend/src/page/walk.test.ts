import { expect, test } from 'vitest'
import { isDoubtful, marksIn, nextLine, nextMark, type Walked } from './walk'

const bytes = (...values: number[]) => btoa(String.fromCharCode(...values))

function line(id: number, more: Partial<Walked> = {}): Walked {
  return { id, checked: false, confidence: null, confidences: null, text: 'x', ...more }
}

test('the next unchecked line is looked for downwards, then from the top', () => {
  const lines = [line(1), line(2, { checked: true }), line(3), line(4, { checked: true })]
  const unchecked = (one: Walked) => !one.checked
  expect(nextLine(lines, 1, unchecked)).toBe(3)
  expect(nextLine(lines, 3, unchecked)).toBe(1)
  expect(nextLine(lines, null, unchecked)).toBe(1)
  expect(nextLine([line(5)], 5, unchecked)).toBeNull()
})

test('a line is doubtful as a whole or by one character, until somebody has checked it', () => {
  expect(isDoubtful(line(1, { confidence: 0.5 }))).toBe(true)
  expect(isDoubtful(line(1, { confidence: 0.9, confidences: bytes(30) }))).toBe(true)
  expect(isDoubtful(line(1, { confidence: 0.9, confidences: bytes(250) }))).toBe(false)
  expect(isDoubtful(line(1, { confidence: 0.5, checked: true }))).toBe(false)
  expect(isDoubtful(line(1, { confidence: 0.5, text: null }))).toBe(false)
})

test('marks stay with the characters that the model read, and go with them', () => {
  const read = { text: 'abca', confidences: bytes(255, 20, 255, 20) }
  const marked = (now: string) =>
    marksIn(read, now)
      .map(({ text, doubtful }) => (doubtful ? `[${text}]` : text))
      .join('')
  expect(marked('abca')).toBe('a[b]c[a]')
  expect(marked('xxabca')).toBe('xxa[b]c[a]')
  expect(marked('axca')).toBe('axc[a]')
  expect(marked('')).toBe('')
  expect(marksIn(null, 'ab')).toEqual([{ text: 'ab', doubtful: false }])
})

test('the next mark is found from the caret on', () => {
  const marks = marksIn({ text: 'abcd', confidences: bytes(255, 20, 255, 20) }, 'abcd')
  expect(nextMark(marks, 0)).toEqual([1, 2])
  expect(nextMark(marks, 2)).toEqual([3, 4])
  expect(nextMark(marks, 4)).toBeNull()
})
