// @vitest-environment happy-dom
import { beforeEach, expect, test } from 'vitest'
import { effectScope, ref } from 'vue'
import { useCommentDraft } from './useCommentDraft'

const line = ref(1)
function opened() {
  const draft = effectScope().run(() => useCommentDraft(() => line.value))
  if (!draft) throw new Error('no scope')
  return draft
}
beforeEach(() => {
  localStorage.clear()
  line.value = 1
})

test('what is being said of a line is there again, and at no other line', () => {
  opened().text.value = 'An abbreviation?'
  const again = opened()
  expect(again.text.value).toBe('An abbreviation?')
  line.value = 2
  expect(again.text.value).toBe('')
  again.text.value = 'A name'
  line.value = 1
  expect(again.text.value).toBe('An abbreviation?')
})

test('what was sent is no draft any more, also after another line was come to', () => {
  const draft = opened()
  draft.text.value = 'An abbreviation?'
  line.value = 2
  draft.text.value = 'A name'
  draft.sent(1)
  expect(draft.text.value).toBe('A name')
  draft.sent(2)
  expect(draft.text.value).toBe('')
  expect(localStorage.length).toBe(0)
})
