/** What pages are shown or chosen: a question as people ask it, and as the server wants it. Pure. */

export const STATES = ['imported', 'segmented', 'recognised', 'checked', 'unchecked'] as const
export type PageState = (typeof STATES)[number]

export interface Question {
  /** Page numbers or part of a name, as typed. */
  text: string
  state: PageState | ''
  /** Ids of tags, any of which a page carries. */
  tags: readonly number[]
  /** Letters that stand in a text of the page. */
  holds: string
  /** In which layer they stand; null for any. */
  layer: number | null
  /** Type of a region or line on the page. */
  type: string
}

export const EVERYTHING: Question = {
  text: '',
  state: '',
  tags: [],
  holds: '',
  layer: null,
  type: '',
}

const NUMBERS = /^\s*\d+\s*(-\s*\d*\s*)?(,\s*\d+\s*(-\s*\d*\s*)?)*,?\s*$/

/** Whether the text says numbers of pages: 1-5, 9. */
export function isNumbers(text: string): boolean {
  return NUMBERS.test(text)
}

/** The question in the terms of the API; what asks for nothing is left out. */
export function queryOf(asked: Question) {
  const text = asked.text.trim()
  return {
    ...(text && isNumbers(text) ? { numbers: text.replace(/,\s*$/, '') } : {}),
    ...(text && !isNumbers(text) ? { name: text } : {}),
    ...(asked.state ? { state: asked.state } : {}),
    ...(asked.tags.length ? { tags: asked.tags.join(',') } : {}),
    ...(asked.holds ? { holds: asked.holds } : {}),
    ...(asked.holds && asked.layer !== null ? { layer: asked.layer } : {}),
    ...(asked.type ? { type: asked.type } : {}),
  }
}

/** Whether the question asks for anything. */
export function asks(asked: Question): boolean {
  return Object.keys(queryOf(asked)).length > 0
}

/** The question that an address asks: ?holds=ꝓ&type=… */
export function questionOf(query: Record<string, unknown>): Question {
  const word = (name: string) => (typeof query[name] === 'string' ? String(query[name]) : '')
  return {
    ...EVERYTHING,
    text: word('pages'),
    state: STATES.find((state) => state === word('state')) ?? '',
    holds: word('holds'),
    layer: Number(word('layer')) || null,
    type: word('type'),
  }
}
