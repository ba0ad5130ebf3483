import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { en } from './en'

const SOURCES = new URL('..', import.meta.url).pathname

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(
      (name) =>
        /\.(vue|ts)$/.test(name) && !name.includes('.test.') && !name.startsWith('words/'),
    )
    .map((name) => join(folder, name))
}

function found(key: string): unknown {
  return key
    .split('.')
    .reduce<unknown>(
      (table, part) => (table as Record<string, unknown> | undefined)?.[part],
      en,
    )
}

function keysOf(table: object, before = ''): string[] {
  return Object.entries(table).flatMap(([key, value]) =>
    typeof value === 'object' ? keysOf(value, `${before}${key}.`) : [`${before}${key}`],
  )
}

const used = files(SOURCES).flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(/(?<![\w.])\$?t\(\s*(['`])([^'`]+)\1/g)].map(
    (match) => ({
      file,
      key: match[2] ?? '',
    }),
  ),
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
  const all = readAll()
  const fixed = used
    .filter(({ key }) => key.includes('${'))
    .map(({ key }) => key.split('${')[0] ?? '')
  for (const key of keysOf(en)) {
    const asked = all.includes(`'${key}'`) || fixed.some((start) => key.startsWith(start))
    expect(asked, `${key} is not used`).toBe(true)
  }
})

function readAll(): string {
  return files(SOURCES)
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n')
}
