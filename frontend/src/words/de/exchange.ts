/** German: bringing files in and handing them out. */
export default {
  intake: {
    withOptions: 'Dateien mit Optionen hinzufügen',
    title: 'Dateien zu „{name}“ hinzufügen',
    about:
      'Hier abgelegte Dateien warten, bis Sie beginnen. Ohne Optionen kommen Texte in eine eigene Ebene, und nichts geht verloren.',
    files:
      'Noch keine Datei gewählt. Legen Sie hier Dateien oder Ordner ab, oder wählen Sie sie. | 1 Datei gewählt | {n} Dateien gewählt',
    clear: 'Liste leeren',
    layer: 'Texte kommen in',
    newLayer: 'eine neue Ebene, nach dem Datum benannt',
    namedLayer: 'eine Ebene dieses Namens',
    layerName: 'Name der Ebene',
    lines: 'Seiten, die schon Zeilen haben',
    kept: {
      replace: {
        name: 'nehmen die Zeilen der Datei',
        about:
          'die früheren bleiben in einem Schnappschuss der Seite und lassen sich wiederherstellen',
      },
      keep: {
        name: 'behalten ihre Zeilen',
        about:
          'Texte kommen zu Zeilen mit gleicher Kennung und Lage; andere Zeilen der Datei bleiben weg',
      },
      add: {
        name: 'bekommen die Zeilen der Datei dazu',
        about: 'was beide haben, wird nicht verdoppelt; vorhandene Texte und Zeilen bleiben',
      },
    },
    match: 'Zu welchem Bild ein Text gehört',
    matches: {
      named: 'zum Bild, das die Datei nennt, sonst zu dem ihres Namens',
      file: 'zum Bild mit dem Namen der Datei',
    },
    again: 'Bilder, die schon da sind, noch einmal nehmen',
    againAbout: 'Sonst bleiben sie weg, und Texte kommen zu der Seite, die da ist.',
    pdf: 'PDF-Dateien',
    pdfPages: 'Seiten jeder PDF',
    pdfAll: 'alle, oder zum Beispiel 1-20,25',
    dpi: 'Auflösung',
    dpiUsual: 'wie auf dem Server eingestellt',
    dpiAbout:
      'Seiten, die nur ein Scan sind, werden unverändert genommen; die anderen werden mit dieser Auflösung gezeichnet.',
    dots: '{n} dpi',
    act: 'Erst Dateien wählen | 1 Datei importieren | {n} Dateien importieren',
  },
  handing: {
    types: 'Regionen',
    all: 'alle',
    some: 'nur von diesen Typen',
    untyped: 'ohne Typ',
    free: 'Zeilen, die in keiner Region sind',
    characters: 'Positionen einzelner Zeichen',
    paragraphs: 'Ein Absatz je Region statt einer Zeile je Zeile',
    mets: 'Eine Liste der Dateien in METS',
    holds: 'Das Archiv enthält: {what}',
    filesOf: 'keine Textdatei | 1 Textdatei | {n} Textdateien',
    imagesOf: 'kein Bild | 1 Bild | {n} Bilder',
    readme: 'README.txt, die sagt, was fehlt',
  },
  exports: {
    title: 'Exporte',
    about:
      'Ihre Exporte, einige Tage lang. Wer den Link eines Exports hat, kann ihn laden, ohne sich anzumelden; das Archiv entsteht dabei neu aus dem, was dann da ist.',
    aboutProject:
      'Ihre Exporte hier, und die von allen, wo Sie verwalten. Den Link hat nur, wer exportiert hat.',
    none: 'Noch keine Exporte',
    noneText:
      'Wählen Sie Seiten eines Dokuments und exportieren Sie sie: Was Sie behalten, bleibt einige Tage hier, mit einem Link für andere und für Skripte.',
    noneOf: 'Noch keine Exporte von „{name}“',
    all: 'Von allen Dokumenten',
    what: 'Was',
    whatOf: '{format}, 1 Seite, {layer} | {format}, {n} Seiten, {layer}',
    noLayer: 'ohne Texte',
    withImages: 'mit Bildern',
    document: 'Dokument',
    by: 'Von',
    when: 'Exportiert',
    expires: 'Bis',
    used: 'Zuletzt geladen',
    never: 'nie',
    copy: 'Link kopieren',
    load: 'Noch einmal laden',
    acts: 'Was tun',
    removed: 'Der Export ist nicht mehr in der Liste; sein Link gilt nicht mehr.',
  },
}
