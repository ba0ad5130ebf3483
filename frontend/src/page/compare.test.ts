import { expect, test } from 'vitest'
import { oddWords, takeWord } from './compare'

test('differences are told as words of ours', () => {
  expect(oddWords('Qil ne perdisent segnorie', 'Qil ne perdissent segnourie')).toEqual([
    { from: 7, to: 16, text: 'perdissent' },
    { from: 17, to: 25, text: 'segnourie' },
  ])
  expect(oddWords('a b', 'a b')).toEqual([])
  expect(oddWords('', 'new')).toEqual([{ from: 0, to: 0, text: 'new' }])
})

test('word by word leads to the other reading', () => {
  const theirs = 'Qil ne ꝑdissent segnourie, amen'
  let [text, caret, steps] = ['Quil ne perdisent segnorie amen', 0, 0]
  for (;;) {
    const next = takeWord(text, theirs, caret)
    if (!next || steps > 9) break
    ;({ text, caret } = next)
    steps += 1
  }
  expect(text).toBe(theirs)
  expect(steps).toBe(3)
})

test('the word at the caret comes first', () => {
  expect(takeWord('aa bb cc', 'ax bx cx', 4)).toEqual({ text: 'aa bx cc', caret: 5 })
  expect(takeWord('aa bb', 'ax bb', 5)).toEqual({ text: 'ax bb', caret: 2 })
  expect(takeWord('a', 'a', 0)).toBeNull()
})
