/** English: search. */
export default {
  search: {
    title: 'Search',
    question: 'Words in a line of text',
    how: 'How to search',
    modes: { words: 'Words', exact: 'Exact letters', regex: 'Regular expression' },
    where: 'Where to search',
    everywhere: 'All projects',
    layer_name: 'Layer',
    region_type: 'Type of region',
    type: 'Type of line',
    any: {
      layer_name: 'All layers',
      region_type: 'All regions',
      type: 'All lines',
    },
    count: 'no line | 1 line | {n} lines',
    many: 'more than {n} lines',
    none: 'Nothing found',
    empty: 'Search all texts that you may see',
    help: {
      words:
        'All words must stand in one line, whatever their capitals. “Words in quotation marks” in that order; -word must not be there.',
      exact: 'Every letter counts, capitals and accents too. Parts of words are found.',
      regex: 'A regular expression as PostgreSQL knows them, for example ^[Ll]i .*s$',
    },
  },
}
