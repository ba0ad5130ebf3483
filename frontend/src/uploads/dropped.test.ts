import { expect, test } from 'vitest'
import { sorted } from './dropped'

const given = (...names: string[]) =>
  names.map((name) => ({ name, file: new File(['x'], name.split('/').at(-1) ?? '') }))

test('pages are sorted as people count them', () => {
  const { wanted } = sorted(given('f10.jpg', 'f2.jpg', 'F1.jpg'))
  expect(wanted.map(({ name }) => name)).toEqual(['F1.jpg', 'f2.jpg', 'f10.jpg'])
})

test('hidden files are ignored, other files are counted', () => {
  const { wanted, left } = sorted(
    given('ms/.DS_Store', 'ms/page/f1.xml', 'ms/notes.docx', '.git/f.png'),
  )
  expect(wanted.map(({ name }) => name)).toEqual(['ms/page/f1.xml'])
  expect(left).toBe(1)
})
