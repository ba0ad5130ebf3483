/** German: everybody on this instance, and API tokens. */
export default {
  people: {
    title: 'Personen',
    about:
      'Alle, die sich hier anmelden können. Was sie sehen, hängt von den Projekten ab, die mit ihnen geteilt sind.',
    username: 'Benutzername',
    add: 'Person hinzufügen',
    administrator: 'Diese Instanz verwalten',
    role: 'Rolle',
    roles: { administrator: 'Verwaltung', user: 'Benutzung' },
    link: 'Anmeldelink',
    linkFor: 'Geben Sie diesen Link an {name}. Er gilt einmal und wird nicht wieder gezeigt.',
    added: '{name} wurde hinzugefügt.',
  },
  tokens: {
    title: 'API-Token',
    about: 'Mit einem Token darf ein Skript, was Sie dürfen.',
    docs: 'Was die API kann',
    name: 'Name',
    namePlaceholder: 'Wozu es dient',
    create: 'Token erzeugen',
    scope: 'Darf',
    scopes: {
      write: 'lesen und ändern',
      read: 'nur lesen',
    },
    once: 'Kopieren Sie das Token jetzt. Es wird nicht wieder gezeigt.',
    none: 'Noch kein Token',
    noneText:
      'Benennen Sie oben ein Token nach dem Skript, das es benutzt; so wissen Sie später, welches Sie löschen können.',
    prefix: 'Beginnt mit',
    made: 'Erzeugt',
    used: 'Zuletzt benutzt',
    never: 'nie',
    deleted: 'Das Token „{name}“ gilt nicht mehr.',
  },
}
