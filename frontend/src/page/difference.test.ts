import { expect, test } from 'vitest'
import { type Change, difference } from './difference'

const short = (changes: Change[]) =>
  changes.map(({ kind, text }) => ({ same: '=', removed: '-', added: '+' })[kind] + text)

test('what stays, goes and comes', () => {
  expect(short(difference('segnorie', 'seignorie'))).toEqual(['=se', '+i', '=gnorie'])
  expect(short(difference('abc', 'axc'))).toEqual(['=a', '-b', '+x', '=c'])
  expect(short(difference('same', 'same'))).toEqual(['=same'])
  expect(difference('', '')).toEqual([])
})

test('a letter and its marks are one character', () => {
  expect(short(difference('q\u0303i', 'qi'))).toEqual(['-q\u0303', '+q', '=i'])
})

test('both texts can be put together again from the steps', () => {
  const texts = ['', 'a', 'qil ne perdissent', 'Qⁱl ne ꝑdissent segnorie', 'abcabba', 'cbabac']
  for (const before of texts)
    for (const after of texts) {
      const changes = difference(before, after)
      const without = (kind: string) =>
        changes
          .filter((change) => change.kind !== kind)
          .map(({ text }) => text)
          .join('')
      expect(without('added')).toBe(before)
      expect(without('removed')).toBe(after)
    }
})

test('the shortest way is found', () => {
  const kept = difference('abcabba', 'cbabac').filter(({ kind }) => kind === 'same')
  expect(kept.map(({ text }) => text).join('')).toHaveLength(4)
})

test('two whole lines of noise are told as replaced, at once', () => {
  const [x, y] = ['xz'.repeat(2500), 'yw'.repeat(2500)]
  expect(difference(x, y)).toEqual([
    { kind: 'removed', text: x },
    { kind: 'added', text: y },
  ])
})
