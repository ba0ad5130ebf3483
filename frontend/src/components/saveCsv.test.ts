import { expect, test } from 'vitest'
import { csvOf } from './saveCsv'

test('quotes and commas are kept apart, and nothing runs in a spreadsheet', () => {
  expect(
    csvOf(
      ['name', 'n'],
      [
        ['a "b", c', 1],
        ['=1+1', -2],
      ],
    ),
  ).toBe('name,n\r\n"a ""b"", c",1\r\n\'=1+1,-2')
})
