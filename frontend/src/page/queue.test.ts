import { expect, test } from 'vitest'
import { type Batch, Queue, type Shelf, type Stored } from './queue'

function shelf(things = new Map<string, string>()): Shelf {
  return {
    get: (name) => things.get(name) ?? null,
    set: (name, value) => void things.set(name, value),
    remove: (name) => void things.delete(name),
    names: () => [...things.keys()],
  }
}

let keys = 0
function queue(on = shelf()): Queue {
  return new Queue(on, () => `key ${++keys}`)
}

/** A server that keeps texts as ours does: by version, and once per key. */
function server() {
  const texts = new Map<number, { content: string; version: number }>()
  const answers = new Map<string, string>()
  const history: string[] = []
  return {
    texts,
    history,
    write(line: number, content: string) {
      texts.set(line, { content, version: (texts.get(line)?.version ?? 0) + 1 })
      history.push(content)
    },
    answer(batch: Batch) {
      const kept = answers.get(batch.key)
      if (kept) return JSON.parse(kept)
      const outcome = { saved: [] as object[], refused: [] as object[] }
      for (const { line, layer, content, version } of batch.items) {
        const there = texts.get(line)
        if ((there?.version ?? 0) === version) {
          this.write(line, content)
          outcome.saved.push({ line, layer, version: version + 1 })
        } else
          outcome.refused.push({
            ...{ line, layer, why: 'changed', version: there?.version ?? 0 },
            ...{ content: there?.content ?? null, author: 'bob', updated_at: null },
          })
      }
      answers.set(batch.key, JSON.stringify(outcome))
      return outcome
    },
  }
}

const at = (line: number) => ({ page: 1, layer: 2, line })
const none: Stored = { version: 0, content: '', checked: false }
const text = (content: string, checked = false) => ({ content, checked })

function sent(waiting: Queue): Batch {
  const batch = waiting.next()
  if (!batch) throw new Error('nothing to send')
  return batch
}

test('what is put is kept until the server has it, its last state only', () => {
  const [kept, there] = [queue(), server()]
  kept.put(at(1), text('E'), none)
  kept.put(at(1), text('En'), none)
  kept.put(at(2), text('nom', true), none)
  expect(kept.count()).toBe(2)

  const known = kept.settle(sent(kept), there.answer(sent(kept)))

  expect(known).toEqual([
    { ...at(1), version: 1, content: 'En', checked: false },
    { ...at(2), version: 1, content: 'nom', checked: true },
  ])
  expect(kept.count()).toBe(0)
  expect(kept.next()).toBeNull()
})

test('a batch whose answer was lost is sent again as it was, also by another window', () => {
  const on = shelf()
  const [first, there] = [queue(on), server()]
  first.put(at(1), text('En'), none)
  const batch = sent(first)
  there.answer(batch) // stored, but the answer does not arrive
  first.put(at(1), text('En nom'), none)

  const second = queue(on)
  const again = sent(second)
  expect(again).toEqual(batch)
  second.settle(again, there.answer(again))
  expect(there.history).toEqual(['En'])

  // What was written meanwhile follows on the new version.
  const rest = sent(second)
  expect(rest.items).toEqual([
    { line: 1, layer: 2, content: 'En nom', version: 1, checked: false },
  ])
  second.settle(rest, there.answer(rest))
  expect(there.history).toEqual(['En', 'En nom'])
  expect(second.count()).toBe(0)
})

test('a text that is back at what is stored need not be sent', () => {
  const kept = queue()
  const base = { version: 3, content: 'En', checked: false }
  kept.put(at(1), text('Enn'), base)
  kept.put(at(1), text('En'), base)
  expect(kept.count()).toBe(0)

  kept.put(at(1), text('Enn'), base)
  kept.next() // this one may be stored any moment
  kept.put(at(1), text('En'), base)
  expect(kept.at(at(1))?.content).toBe('En')
})

test('where somebody was faster both texts are kept and nothing is sent until one has chosen', () => {
  const [kept, there] = [queue(), server()]
  there.write(1, 'theirs')
  kept.put(at(1), text('ours'), none)
  kept.put(at(2), text('other line'), none)
  kept.settle(sent(kept), there.answer(sent(kept)))

  expect(kept.count()).toBe(1)
  expect(kept.at(at(1))).toMatchObject({
    content: 'ours',
    rival: { why: 'changed', content: 'theirs', author: 'bob', version: 1 },
  })
  expect(kept.next()).toBeNull()
  kept.put(at(1), text('ours, longer'), none)
  expect(kept.at(at(1))?.rival?.content).toBe('theirs')

  kept.keepOurs(at(1), 'ours, longer')
  kept.settle(sent(kept), there.answer(sent(kept)))
  expect(there.texts.get(1)?.content).toBe('ours, longer')
  expect(there.history).toEqual(['theirs', 'other line', 'ours, longer'])
})

test('taking theirs forgets ours', () => {
  const [kept, there] = [queue(), server()]
  there.write(1, 'theirs')
  kept.put(at(1), text('ours'), none)
  kept.settle(sent(kept), there.answer(sent(kept)))
  kept.forget(at(1))
  expect(kept.count()).toBe(0)
  expect(there.texts.get(1)?.content).toBe('theirs')
})

test('two who wrote the same are not asked, but a check is still sent', () => {
  const [kept, there] = [queue(), server()]
  there.write(1, 'same')
  kept.put(at(1), text('same', true), none)
  kept.settle(sent(kept), there.answer(sent(kept)))
  expect(sent(kept).items[0]).toMatchObject({ version: 1, checked: true })
})

test('who writes over a text that was changed and put back is not asked', () => {
  const [kept, there] = [queue(), server()]
  there.write(1, 'one')
  const seen = { version: 1, content: 'one', checked: false }
  there.write(1, 'two')
  there.write(1, 'one')
  kept.put(at(1), text('ours', true), seen)
  kept.settle(sent(kept), there.answer(sent(kept)), () => true)
  expect(sent(kept).items[0]).toMatchObject({ content: 'ours', version: 3, checked: true })
  expect(kept.joined).toEqual([])
})

test('texts of several pages go out page by page', () => {
  const [kept, there] = [queue(), server()]
  kept.put(at(1), text('one'), none)
  kept.put({ page: 7, layer: 2, line: 9 }, text('nine'), none)
  const pages = []
  for (let batch = kept.next(); batch; batch = kept.next()) {
    pages.push(batch.page)
    kept.settle(batch, there.answer(batch))
  }
  expect(pages).toEqual([1, 7])
  expect(there.history).toEqual(['one', 'nine'])
})

test('after a thousand interrupted steps every last text is stored once', () => {
  const on = shelf()
  const there = server()
  let kept = queue(on)
  let seed = 7
  const random = (below: number) => {
    seed = (seed * 1103515245 + 12345) % 2147483648
    return Math.floor((seed / 2147483648) * below)
  }
  const last = new Map<number, string>()
  for (let step = 0; step < 1000; step++) {
    const line = random(5)
    const version = there.texts.get(line)?.version ?? 0
    const content = there.texts.get(line)?.content ?? ''
    last.set(line, `text ${step}`)
    kept.put(at(line), text(`text ${step}`), { version, content, checked: false })
    if (random(3) === 0) kept = queue(on) // closed and opened
    const batch = random(2) ? kept.next() : null
    const answer = batch && random(3) ? there.answer(batch) : null
    if (batch && answer && random(2)) kept.settle(batch, answer)
  }
  for (let batch = kept.next(); batch; batch = kept.next())
    kept.settle(batch, there.answer(batch))

  expect(kept.all()).toEqual([])
  for (const [line, content] of last) expect(there.texts.get(line)?.content).toBe(content)
  expect(new Set(there.history).size).toBe(there.history.length)
})
