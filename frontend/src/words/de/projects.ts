/** German: projects, their people and documents. */
export default {
  projects: {
    title: 'Projekte',
    create: 'Neues Projekt',
    edit: 'Projekt bearbeiten',
    namePlaceholder: 'Zum Beispiel: Urkunden von Saint-Denis',
    none: 'Noch kein Projekt',
    noneText:
      'Ein Projekt enthält Dokumente und die Personen, die daran arbeiten. Legen Sie eines an, oder bitten Sie jemanden, seines mit Ihrem Benutzernamen zu teilen.',
    nothing: 'Kein Projekt ist so.',
    documents: 'keine Dokumente | 1 Dokument | {n} Dokumente',
    people: '1 Person | 1 Person | {n} Personen',
    removed: '„{name}“ wurde gelöscht.',
  },
  roles: {
    reader: 'Lesen',
    transcriber: 'Transkribieren',
    manager: 'Verwalten',
    guest: 'Gast',
    owner: 'Besitzen',
    about: {
      reader: 'Wer liest, sieht alles und exportiert.',
      transcriber:
        'Wer transkribiert, korrigiert auch Texte, segmentiert und transkribiert Seiten.',
      manager: 'Wer verwaltet, importiert, löscht und teilt auch.',
      owner: 'Wer besitzt, darf alles, auch das Projekt löschen.',
    },
  },
  members: {
    guest: 'Nur diese Dokumente sind mit Ihnen geteilt, nicht das ganze Projekt.',
    person: 'eine Person, nach Benutzername',
    team: 'Team',
    shareOne: '„{name}“ teilen',
    oneOnly:
      'Wer dieses Dokument bekommt, sieht nichts anderes vom Projekt. Mitglieder des Projekts sehen es ohnehin.',
    nobody: 'Noch nicht einzeln geteilt.',
    title: 'Personen',
    you: '(Sie)',
    role: 'Rolle',
    roleOf: 'Rolle von {name}',
    share: 'Teilen mit',
    username: 'Benutzername',
    add: 'Teilen',
    added: 'Mit {name} geteilt.',
    remove: 'Aus dem Projekt nehmen',
    removed: '{name} gehört nicht mehr zum Projekt.',
  },
  documents: {
    title: 'Dokumente',
    create: 'Neues Dokument',
    namePlaceholder: 'Zum Beispiel: Arsenal, Ms. 3516',
    pages: 'keine Seiten | 1 Seite | {n} Seiten',
    none: 'Noch kein Dokument',
    noneText:
      'Ein Dokument ist eine Folge von Seiten: eine Handschrift, ein Band, ein Bündel Briefe. Legen Sie eines an, dann ziehen Sie die Bilder hinein.',
    noneReader: 'Die Verwalter dieses Projekts haben noch keine Dokumente angelegt.',
    removed: '„{name}“ wurde gelöscht.',
    mayNotImport:
      'Nur Verwalter des Projekts importieren Dateien. Bitten Sie jemanden darum, oder um eine andere Rolle.',
  },
}
