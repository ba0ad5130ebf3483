import { describe, expect, it } from 'vitest'
import { type Mode, parts } from './marks'

const hits = (content: string, question: string, mode: Mode) =>
  parts(content, question, mode)
    .filter((part) => part.hit)
    .map((part) => part.text)

describe('parts', () => {
  it.each<[string, string, Mode, string[]]>([
    ['Li rois et li ROIS', 'rois', 'words', ['rois', 'ROIS']],
    ['li rois, roisin', 'rois -artus', 'words', ['rois']],
    ['en nom dieu', '"nom dieu" or amen', 'words', ['nom', 'dieu']],
    ['Li rois', 'li', 'exact', []],
    ['a.b axb', 'a.b', 'exact', ['a.b']],
    ['roi\u0301s', 'roís', 'exact', ['roi\u0301s']],
    ['f1r f12v', 'f\\d+', 'regex', ['f1', 'f12']],
    ['text', '(', 'regex', []],
    ['text', 'x*', 'regex', ['x']],
    ['a-b', 'a-b', 'exact', ['a-b']],
  ])('of “%s” by “%s” as %s', (content, question, mode, expected) => {
    expect(hits(content, question, mode)).toEqual(expected)
  })

  it('loses nothing of the line', () => {
    const content = 'Li rois Artus fu'
    const all = parts(content, 'rois fu', 'words')
    expect(all.map((part) => part.text).join('')).toBe(content)
    expect(parts('', 'x', 'exact')).toEqual([{ text: '', hit: false }])
  })
})
