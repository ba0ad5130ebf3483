import { afterEach, expect, test, vi } from 'vitest'
import { effectScope } from 'vue'
import { gathered } from './gathered'

afterEach(() => vi.useRealTimers())

test('many calls make one act, a moment after the first, and the next one makes another', () => {
  vi.useFakeTimers()
  const act = vi.fn()
  const ask = gathered(act, 100)

  ask()
  vi.advanceTimersByTime(60)
  ask()
  expect(act).not.toHaveBeenCalled()
  vi.advanceTimersByTime(40)
  expect(act).toHaveBeenCalledOnce()
  ask()
  vi.advanceTimersByTime(100)
  expect(act).toHaveBeenCalledTimes(2)
})

test('what was asked for is not done when its scope has ended', () => {
  vi.useFakeTimers()
  const act = vi.fn()
  const scope = effectScope()
  scope.run(() => gathered(act, 100)())
  scope.stop()
  vi.advanceTimersByTime(200)
  expect(act).not.toHaveBeenCalled()
})
