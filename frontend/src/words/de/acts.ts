/** German: words that several views share. */
export default {
  do: {
    after: 'Weiter',
    again: 'Erneut versuchen',
    before: 'Zurück',
    cancel: 'Abbrechen',
    close: 'Schließen',
    copied: 'Kopiert.',
    copy: 'Kopieren',
    delete: 'Löschen',
    download: 'Herunterladen',
    edit: 'Bearbeiten',
    more: 'Mehr zeigen',
    rename: 'Umbenennen',
    save: 'Speichern',
    undo: 'Rückgängig',
  },
  fault: {
    noAnswer:
      'Der Server antwortet nicht. Prüfen Sie die Verbindung und versuchen Sie es erneut.',
  },
  lost: {
    title: 'Unter dieser Adresse gibt es nichts',
    text: 'Der Link ist vielleicht alt, oder das Ziel wurde gelöscht oder ist nicht mit Ihnen geteilt.',
    home: 'Zu den Projekten',
  },
  fields: {
    name: 'Name',
    description: 'Beschreibung',
    descriptionHelp: 'Worum es geht, für alle, die dazukommen. Freiwillig.',
  },
  state: {
    waiting: 'wartet',
    staging: 'wird vorbereitet',
    running: 'läuft',
    collecting: 'wird gespeichert',
    done: 'fertig',
    'done with a note': 'fertig mit Hinweis',
    'done with problems': 'fertig mit Fehlern',
    skipped: 'übersprungen',
    failed: 'gescheitert',
    cancelled: 'abgebrochen',
  },
  progress: {
    segmented: 'Segmentiert',
    recognised: 'Transkribiert',
  },
}
