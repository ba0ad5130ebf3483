/** What a document can say of its writing. */

export const DIRECTIONS = [
  'horizontal-lr',
  'horizontal-rl',
  'vertical-lr',
  'vertical-rl',
] as const

/** Where the drawn line of a line of text lies among its letters. */
export const POSITIONS = ['baseline', 'topline', 'centre'] as const

/** Offered while typing; any other word or ISO 15924 code is as good. */
export const SCRIPTS = [
  'Latn',
  'Grek',
  'Cyrl',
  'Hebr',
  'Arab',
  'Syrc',
  'Armn',
  'Geor',
  'Copt',
  'Ethi',
  'Deva',
  'Hans',
  'Hant',
  'Jpan',
  'Kore',
] as const
