/** German: the view of one page. */
export default {
  page: {
    back: 'Alle Seiten',
    before: 'Vorige Seite',
    after: 'Nächste Seite',
    show: 'Auf dem Bild zeigen',
    shown: { lines: 'Zeilen', masks: 'Masken', regions: 'Regionen', texts: 'Texte' },
    layer: 'Ebene',
    imageOf: 'Bild von {name}; Pfeiltasten verschieben es',
    zoom: 'Zoom',
    zoomIn: 'Vergrößern',
    zoomOut: 'Verkleinern',
    fit: 'Ganze Seite',
    split: 'Grenze zwischen Bild und Text',
    lines: 'Zeilen der Seite',
    noText: 'kein Text in dieser Ebene',
    confidence: 'Wie sicher das Modell war',
    checked: 'geprüft',
    unsent: 'noch nicht auf dem Server',
    noLines: 'Noch keine Zeilen',
    noLinesText:
      'Segmentieren Sie die Seite, um ihre Zeilen zu finden, dann transkribieren Sie sie.',
    acts: 'Was mit der Seite geschehen kann',
    segment: 'Diese Seite segmentieren',
    transcribe: 'Diese Seite transkribieren',
    export: 'Diese Seite exportieren',
  },
}
