/** German: annotations. */
export default {
  annotate: {
    kind: 'Art der nächsten Annotation',
    select: 'Auswählen',
    hints: {
      select:
        'Wählen Sie eine Art, dann zeichnen Sie auf dem Bild oder wählen Wörter aus. Ein Klick auf Vorhandenes öffnet es.',
      image:
        'Ziehen Sie ein Rechteck auf dem Bild auf; mit der Tastatur Enter, Pfeiltasten, Enter.',
      polygon:
        'Klicken Sie Ecke für Ecke, am Ende wieder auf die erste; mit der Tastatur Enter, Pfeiltasten, Enter.',
      text: 'Wählen Sie Wörter aus, auch über mehrere Zeilen, dann Enter oder den Knopf.',
    },
    waiting:
      'Keine Verbindung; nichts wartet | Keine Verbindung; 1 Änderung wartet. Lassen Sie dieses Fenster offen. | Keine Verbindung; {n} Änderungen warten. Lassen Sie dieses Fenster offen.',
    texts: 'Texte der Seite, um Wörter auszuwählen',
    mark: 'Als {kind} auszeichnen',
    list: 'Annotationen dieser Seite',
    count: 'Noch keine Annotationen | 1 Annotation | {n} Annotationen',
    onImage: 'auf dem Bild',
    astray: 'Diese Wörter stehen nicht mehr in der Zeile: Der Text wurde seither geändert.',
    comment: 'Kommentar',
    addComment: 'Hinzufügen',
    dropComment: 'Kommentar löschen',
    removed: 'Annotation gelöscht',
    noKinds: 'Dieses Projekt hat keine Arten von Annotationen',
    noKindsManager:
      'Siegel, Initialen, Namen, Daten: Sagen Sie zuerst im Projekt unter Annotationen, was ausgezeichnet wird.',
    noKindsOther:
      'Wer das Projekt verwaltet, legt sie unter Annotationen an; dann können Sie hier Teile von Bildern und Texten auszeichnen.',
    toKinds: 'Arten von Annotationen',
    save: 'Als W3C-Annotationen speichern',
    bring: 'W3C-Annotationen einlesen',
    added:
      'Keine Annotationen hinzugefügt | 1 Annotation hinzugefügt | {n} Annotationen hinzugefügt',
    noJson: 'Diese Datei ist kein JSON.',
  },
  taxonomies: {
    about:
      'Was in diesem Projekt auf Bildern und in Texten ausgezeichnet werden kann, in welcher Farbe, und was davon gesagt wird.',
    none: 'Noch keine Arten',
    noneText:
      'Legen Sie für alles, was Sie auszeichnen, eine an: ein Siegel, eine Initiale, eine Person, ein Datum.',
    new: 'Neue Art',
    name: 'Name',
    marker: 'Zeichnet aus',
    add: 'Hinzufügen',
    comments: 'Mit Kommentaren',
    components: 'Was sie sagt',
    component: 'Name der Angabe',
    type: 'Art des Werts',
    values: 'Erlaubte Werte, mit Kommas dazwischen; leer für beliebige',
    any: 'beliebig',
    addComponent: 'Angabe hinzufügen',
    dropComponent: 'Löschen',
    removed: '„{name}“ gelöscht; Annotationen bleiben.',
    image: 'Auf Bildern',
    text: 'In Texten',
    types: {
      text: 'Text',
      number: 'Zahl',
      date: 'Datum',
    },
    markers: {
      rectangle: 'ein Rechteck auf dem Bild',
      polygon: 'ein Vieleck auf dem Bild',
      background: 'Wörter, durch ihren Hintergrund',
      colour: 'Wörter, durch ihre Farbe',
      bold: 'Wörter, fett',
      italic: 'Wörter, kursiv',
      underline: 'Wörter, unterstrichen',
    },
  },
}
