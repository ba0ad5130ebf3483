import { expect, test } from 'vitest'
import type { Shelf } from './queue'
import { type Step, Steps, Typing } from './undo'

function shelf(): Shelf {
  const kept = new Map<string, string>()
  return {
    get: (name) => kept.get(name) ?? null,
    set: (name, value) => void kept.set(name, value),
    remove: (name) => void kept.delete(name),
    names: () => [...kept.keys()],
  }
}

function step(line: number, before: string, after: string): Step {
  return {
    line,
    before: { content: before, checked: false },
    after: { content: after, checked: true },
  }
}

test('acts are taken back from the last on, and done again', () => {
  const steps = new Steps(shelf(), 'p')
  steps.record([step(1, 'a', 'b')])
  steps.record([step(2, 'c', 'd'), step(3, 'e', 'f')])
  expect(steps.undo()?.map((one) => one.line)).toEqual([2, 3])
  expect(steps.undo()?.map((one) => one.line)).toEqual([1])
  expect(steps.undo()).toBeNull()
  expect(steps.redo()?.map((one) => one.line)).toEqual([1])
  steps.record([step(9, 'x', 'y')])
  expect(steps.redo()).toBeNull()
  expect(steps.canUndo).toBe(true)
})

test('they outlive the window, and pages of long ago make room', () => {
  const kept = shelf()
  for (let page = 0; page < 30; page++) new Steps(kept, `p${page}`).record([step(1, 'a', 'b')])
  expect(kept.names().length).toBe(20)
  expect(new Steps(kept, 'p29').undo()?.[0]?.before.content).toBe('a')
})

test('what changed nothing is no act; what is kept may be broken', () => {
  const kept = shelf()
  kept.set('p', '{"done": 7}')
  const steps = new Steps(kept, 'p')
  const side = { content: 'a', checked: true }
  steps.record([{ line: 1, before: side, after: side }])
  expect(steps.undo()).toBeNull()
})

test('letters in a row are one moment; words, pauses and other acts part them', () => {
  const typing = new Typing({ text: '', caret: 0 })
  let [text, at] = ['', 0]
  const type = (letters: string, pause = 50) => {
    for (const letter of letters) {
      text += letter
      at += pause
      typing.note({ text, caret: text.length }, 'insertText', at)
    }
  }
  type('por dieu')
  at += 2000
  type('x')
  typing.note({ text: 'whole', caret: 5 }, 'take', at)
  expect(typing.undo()?.text).toBe('por dieux')
  expect(typing.undo()?.text).toBe('por dieu')
  expect(typing.undo()?.text).toBe('por ')
  expect(typing.undo()?.text).toBe('')
  expect(typing.undo()).toBeNull()
  expect(typing.redo()?.text).toBe('por ')
})
