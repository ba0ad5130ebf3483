/** German: the frame around every view, and signing in. */
export default {
  shell: {
    name: 'Armarius',
    skip: 'Zum Inhalt',
    rail: 'Hauptnavigation',
    crumbs: 'Wo Sie sind',
    projects: 'Projekte',
    search: 'Suche',
    models: 'Modelle',
    jobs: 'Aufträge',
    people: 'Personen',
    tokens: 'API-Token',
    signOut: 'Abmelden',
    lost: 'Keine Verbindung; neuer Versuch läuft',
    language: 'Sprache',
    find: 'Alle Texte durchsuchen',
    fold: 'Nur Symbole',
    unfold: 'Namen zeigen',
    theme: { system: 'Wie das System', light: 'Helles Design', dark: 'Dunkles Design' },
  },
  signIn: {
    about: 'Vom Bild zum Text: importieren, segmentieren, transkribieren, exportieren.',
    username: 'Benutzername',
    password: 'Passwort',
    act: 'Anmelden',
    link: 'Erster Start oder Passwort vergessen? Dieser Befehl gibt einen Link, der einmal gilt:',
  },
}
