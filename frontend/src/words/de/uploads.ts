/** German: uploads. */
export default {
  uploads: {
    title: 'Übertragungen',
    pick: 'Dateien hinzufügen',
    drop: 'Loslassen, um in „{name}“ zu importieren',
    kinds: 'Bilder, PDF, ZIP, ALTO- und PAGE-Dateien, ganze Ordner',
    nothing:
      'Es war keine Datei dabei. | Diese Datei lässt sich nicht importieren. Wählen Sie Bilder, PDF, ZIP oder XML. | Keine der {n} Dateien lässt sich importieren. Wählen Sie Bilder, PDF, ZIP oder XML.',
    states: {
      sending: 'Übertragung nach „{name}“',
      starting: 'Import in „{name}“ beginnt',
      started: 'Import in „{name}“',
      failed: 'Nichts hat „{name}“ erreicht',
      cancelled: 'Abgebrochen: „{name}“ bleibt, wie es war',
    },
    progress: '{done} von {total} Dateien',
    left: 'Keine Datei wurde ausgelassen. | 1 Datei anderer Art wurde ausgelassen. | {n} Dateien anderer Art wurden ausgelassen.',
    failed:
      'Alles ist angekommen. | 1 Datei ist nicht angekommen: | {n} Dateien sind nicht angekommen:',
    again: 'Diese erneut senden',
    cancel: 'Übertragung abbrechen',
  },
}
