import { expect, test } from 'vitest'
import { browserOf } from './agents'

test('a browser is named after what it is, not after all that it claims to be', () => {
  const edge =
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0'
  expect(browserOf(edge)).toEqual({ browser: 'Edge', system: 'Windows' })
  expect(
    browserOf('Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0'),
  ).toEqual({ browser: 'Firefox', system: 'Linux' })
  expect(browserOf('curl/8')).toBeNull()
})
