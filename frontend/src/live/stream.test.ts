import { expect, test } from 'vitest'
import { newsOf } from './stream'

test('news carry their kind and project', () => {
  expect(newsOf('page', '{"page": 3, "document": 2, "project": 5}', 7)).toEqual({
    id: 7,
    kind: 'page',
    project: 5,
    payload: { page: 3, document: 2, project: 5 },
  })
})

test('what is not JSON is no news', () => {
  expect(newsOf('page', 'hello', 7)).toBeNull()
  expect(newsOf('page', '7', 7)).toBeNull()
})
