import { expect, test } from 'vitest'
import { each } from './pool'

test('everything is done once, and never more than the width at once', async () => {
  let running = 0
  let most = 0
  const done: number[] = []
  await each([5, 1, 4, 2, 3, 0], 3, async (item) => {
    running += 1
    most = Math.max(most, running)
    await new Promise((resolve) => setTimeout(resolve, item))
    running -= 1
    done.push(item)
  })
  expect(most).toBe(3)
  expect(done.sort()).toEqual([0, 1, 2, 3, 4, 5])
})

test('nothing to do is done at once', async () => {
  await expect(each([], 3, async () => {})).resolves.toBeUndefined()
})
