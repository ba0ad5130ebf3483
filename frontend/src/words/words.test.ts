import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { spoken, t, words } from '.'
import de from './de'
import en from './en'
import fr from './fr'
import type { Words } from './gathered'

const SOURCES = new URL('..', import.meta.url).pathname
const others = Object.entries({ fr, de })

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(
      (name) =>
        /\.(vue|ts)$/.test(name) && !name.includes('.test.') && !name.startsWith('words/'),
    )
    .map((name) => join(folder, name))
}

function found(key: string, table: Words = en): string | Words | undefined {
  return key
    .split('.')
    .reduce<string | Words | undefined>(
      (inside, part) => (typeof inside === 'object' ? inside[part] : undefined),
      table,
    )
}

function keysOf(table: Words, before = ''): string[] {
  return Object.entries(table).flatMap(([key, value]) =>
    typeof value === 'object' ? keysOf(value, `${before}${key}.`) : [`${before}${key}`],
  )
}

const sources = files(SOURCES).map((file) => ({ file, text: readFileSync(file, 'utf8') }))
const used = sources.flatMap(({ file, text }) =>
  [...text.matchAll(/(?<![\w.])\$?t\(\s*(['`])([^'`]+)\1/g)].map((match) => ({
    file,
    key: match[2] ?? '',
  })),
)

test('every word that the interface asks for is in the table', () => {
  expect(used.length).toBeGreaterThan(100)
  for (const { file, key } of used) {
    const [fixed = ''] = key.split('${')
    const there = key.includes('${') ? found(fixed.replace(/\.$/, '')) : found(key)
    expect(there, `${key} in ${file}`).toBeDefined()
    if (!key.includes('${')) expect(typeof there, `${key} in ${file}`).toBe('string')
  }
})

test('every word in the table is used', () => {
  // Looked up, not searched for: there are as many words as there are pages of code.
  const quoted = new Set(sources.flatMap(({ text }) => text.match(/'[\w.-]+'/g) ?? []))
  const fixed = used
    .filter(({ key }) => key.includes('${'))
    .map(({ key }) => key.split('${')[0] ?? '')
  for (const key of keysOf(en)) {
    const asked = quoted.has(`'${key}'`) || fixed.some((start) => key.startsWith(start))
    expect(asked, `${key} is not used`).toBe(true)
  }
})

test.each(others)('%s has a word for each English one, and no more', (_, table) => {
  const english = new Set(keysOf(en))
  const own = new Set(keysOf(table))
  expect(
    [...english].filter((key) => !own.has(key)),
    'missing',
  ).toEqual([])
  expect(
    [...own].filter((key) => !english.has(key)),
    'not in English',
  ).toEqual([])
})

const placeholders = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort()
const forms = (text: string) => text.split(' | ').length

test.each(others)('%s asks for the same values and has as many plural forms', (_, table) => {
  for (const key of keysOf(en)) {
    const english = String(found(key))
    const own = String(found(key, table))
    expect(own.trim(), `${key} is empty`).not.toBe('')
    expect(placeholders(own), key).toEqual(placeholders(english))
    expect(forms(own), `plural forms of ${key}`).toBe(forms(english))
  }
})

test('plurals and counts follow the language', () => {
  words.global.setLocaleMessage('fr' as 'en', fr as never)
  words.global.setLocaleMessage('de' as 'en', de as never)
  const say = (locale: string, amount: number) =>
    t('documents.pages', amount, { locale: locale as 'en' })
  expect([0, 1, 12345].map((amount) => say('en', amount))).toEqual([
    'no pages',
    '1 page',
    '12,345 pages',
  ])
  expect([0, 1, 12345].map((amount) => say('fr', amount))).toEqual([
    'aucune page',
    '1 page',
    '12\u202f345 pages',
  ])
  expect(say('de', 12345)).toBe('12.345 Seiten')
})

test('French punctuation does not stand alone on a line', () => {
  expect(found('projects.removed', fr)).toBe('«\u202f{name}\u202f» a été supprimé.')
})

test('the language is the one chosen, else the first of the browser that is known', () => {
  expect(spoken(['fr', 'en-GB'])).toBe('fr')
  expect(spoken(['it', 'de-CH', 'en'])).toBe('de')
  expect(spoken(['xx', 'it'])).toBe('en')
})
