/** German: jobs. */
export default {
  jobs: {
    title: 'Aufträge',
    show: 'Aufträge zeigen',
    open: 'Aufträge | 1 Auftrag | {n} Aufträge',
    running: 'laufen',
    none: 'Nichts läuft.',
    never: 'Noch keine Aufträge',
    neverText:
      'Importe, Segmentierungen und Transkriptionen erscheinen hier mit ihrem Fortschritt und einem Bericht je Seite.',
    all: 'Alle Aufträge',
    onlyOpen: 'Nur offene',
    progress: '{done} von {total}',
    failed: 'nichts gescheitert | 1 gescheitert | {n} gescheitert',
    quick: 'schnell',
    stopping: 'wird angehalten …',
    cancel: 'Abbrechen; was fertig ist, bleibt',
    retry: 'Gescheitertes erneut versuchen',
    toDocument: 'Zum Dokument',
    report: 'Bericht',
    onlyProblems: 'Nur Gescheitertes',
    noItems: 'Nichts zu zeigen.',
    item: 'Seite oder Datei',
    state: 'Stand',
    message: 'Meldung',
    when: 'Wann',
  },
}
