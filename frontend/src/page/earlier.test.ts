import { expect, test } from 'vitest'
import { whyOf } from './earlier'

test('the reason of an earlier state is known by its words, and others stay as they are', () => {
  expect(whyOf('Segmented with Echo lines')).toEqual({ word: 'segmented', what: 'Echo lines' })
  expect(whyOf('Before importing f12.xml')).toEqual({ word: 'imported', what: 'f12.xml' })
  expect(whyOf('Before the page was turned')).toEqual({ word: 'turned', what: '' })
  expect(whyOf('Before restoring the state of 2026-11-27 05:00')?.word).toBe('restored')
  expect(whyOf('Something else')).toBeNull()
})
