import { beforeEach, expect, test } from 'vitest'
import { forgetGathered, gather, gathered } from './intake'

const given = (...names: string[]) =>
  names.map((name) => ({ name, file: new File(['x'], name) }))

beforeEach(forgetGathered)

test('files gather until they are sent, and one that comes again is not doubled', () => {
  gather(given('f1.jpg', 'f2.jpg'), 1)
  const second = given('f2.jpg', 'f3.jpg')
  gather(second, 2)
  expect(gathered.value.files.map(({ name }) => name)).toEqual(['f1.jpg', 'f2.jpg', 'f3.jpg'])
  expect(gathered.value.files[1]).toBe(second[0])
  expect(gathered.value.left).toBe(3)
})
