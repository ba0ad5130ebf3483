/** What a model's file says of itself, in the words of the table. */
import type { Model } from '../api/types'

const KNOWN = ['format', 'type', 'alphabet', 'height', 'accuracy', 'licence'] as const

/** Pairs of a key of the words and a text; what the file does not say is left out. */
export function facts(model: Model): [string, string][] {
  return KNOWN.flatMap((key): [string, string][] => {
    const value: unknown = model.metadata[key]
    const text = told(key, value)
    return text ? [[key, text]] : []
  })
}

function told(key: string, value: unknown): string {
  if (Array.isArray(value)) return value.join(' ')
  if (typeof value === 'number')
    return key === 'accuracy' ? `${(value * 100).toFixed(1)} %` : `${value}`
  return typeof value === 'string' ? value : ''
}
