import { expect, test } from 'vitest'
import { ago, bytes, count } from './time'

const NOW = Date.parse('2026-11-22T12:00:00Z')

test('times are relative under a day and dates after it', () => {
  expect(ago(NOW - 5_000, NOW, 'en')).toBe('5 seconds ago')
  expect(ago(NOW - 90_000, NOW, 'en')).toBe('1 minute ago')
  expect(ago(NOW - 3 * 3600_000, NOW, 'en')).toBe('3 hours ago')
  expect(ago(NOW - 23.9 * 3600_000, NOW, 'en')).toMatch(/^(24 hours ago|Nov 21, 2026)$/)
  expect(ago(NOW - 3 * 86_400_000, NOW, 'en')).toBe('Nov 19, 2026')
})

test('sizes keep three figures', () => {
  expect(bytes(12, 'en')).toBe('12 bytes')
  expect(bytes(2_560_000, 'en')).toBe('2.56 MB')
  expect(bytes(3e15, 'en')).toBe('3,000 TB')
})

test('counts follow the language', () => {
  expect(count(12345, 'en')).toBe('12,345')
  expect(count(12345, 'fr')).toBe('12\u202f345')
})
