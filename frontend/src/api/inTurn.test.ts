import { expect, test } from 'vitest'
import { inTurn } from './inTurn'

test('what is asked for meanwhile is done once, afterwards', async () => {
  const ends: (() => void)[] = []
  const act = inTurn(() => new Promise((end) => ends.push(end)))

  const first = act()
  void act()
  void act()
  expect(ends).toHaveLength(1)
  ends[0]?.()
  await new Promise((soon) => setTimeout(soon))
  expect(ends).toHaveLength(2)
  ends[1]?.()
  await first

  void act()
  expect(ends).toHaveLength(3)
})
