/** German: search. */
export default {
  search: {
    title: 'Suche',
    question: 'Wörter in einer Textzeile',
    how: 'Wie gesucht wird',
    modes: { words: 'Wörter', exact: 'Genaue Zeichen', regex: 'Regulärer Ausdruck' },
    where: 'Wo gesucht wird',
    everywhere: 'Alle Projekte',
    layer_name: 'Ebene',
    region_type: 'Typ der Region',
    type: 'Typ der Zeile',
    any: {
      layer_name: 'Alle Ebenen',
      region_type: 'Alle Regionen',
      type: 'Alle Zeilen',
    },
    count: 'keine Zeile | 1 Zeile | {n} Zeilen',
    many: 'mehr als {n} Zeilen',
    none: 'Nichts gefunden',
    empty: 'Alle Texte durchsuchen, die Sie sehen dürfen',
    help: {
      words:
        'Alle Wörter müssen in einer Zeile stehen, groß oder klein. "Wörter in Anführungszeichen" in dieser Folge; -Wort darf nicht vorkommen.',
      exact: 'Jedes Zeichen zählt, auch Großschreibung und Akzente. Wortteile werden gefunden.',
      regex: 'Ein regulärer Ausdruck, wie PostgreSQL ihn kennt, zum Beispiel ^[Ll]i .*s$',
    },
  },
}
