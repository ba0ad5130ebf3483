import { expect, test } from 'vitest'
import { blocks, spans } from './markdown'

test('headings, lists, quotations and paragraphs are blocks', () => {
  const found = blocks(
    '# Rules\n\nWrite *what* you see,\nno more.\n- one\n- **two**\n> quoted\n\n1. first',
  )
  expect(found.map(({ kind }) => kind)).toEqual([
    'heading',
    'paragraph',
    'list',
    'quote',
    'list',
  ])
  expect(found[1]).toEqual({
    kind: 'paragraph',
    spans: [
      { kind: 'text', text: 'Write ' },
      { kind: 'em', inside: [{ kind: 'text', text: 'what' }] },
      { kind: 'text', text: ' you see, no more.' },
    ],
  })
})

test('a table has cells, and its divider is none', () => {
  const [table] = blocks('| sign | write |\n|---|---|\n| ꝓ | pro |')
  expect(table).toMatchObject({ kind: 'table' })
  expect(table?.kind === 'table' && table.rows.length).toBe(2)
})

test('HTML stays text, and so do links that are no links', () => {
  for (const text of [
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '[x](javascript:alert(1))',
    '[x](data:text/html;base64,PHNjcmlwdD4=)',
    '[x]( javascript:alert)',
  ])
    expect(blocks(text)).toEqual([{ kind: 'paragraph', spans: expect.arrayContaining([]) }])
  expect(spans('[x](javascript:alert)')).toEqual([
    { kind: 'text', text: '[x](javascript:alert)' },
  ])
  expect(JSON.stringify(blocks('[a](javascript:x) <b>'))).not.toContain('"link"')
})

test('addresses become links without their full stop', () => {
  expect(spans('see https://example.org/a.')).toEqual([
    { kind: 'text', text: 'see ' },
    {
      kind: 'link',
      to: 'https://example.org/a',
      inside: [{ kind: 'text', text: 'https://example.org/a' }],
    },
    { kind: 'text', text: '.' },
  ])
})
