/** German: models. */
export default {
  models: {
    title: 'Modelle',
    add: 'Modell hinzufügen',
    addAbout: 'Ein anderswo mit Kraken trainiertes oder von Zenodo geladenes Modell.',
    added: '„{name}“ wurde hinzugefügt.',
    removed:
      '„{name}“ wird nicht mehr angeboten. Texte, die es geschrieben hat, behalten seinen Namen.',
    file: 'Modelldatei',
    fileHelp: '.safetensors oder .mlmodel; wozu es dient, steht in seinem Inhalt.',
    for: 'Für wen',
    everybody: 'für alle',
    project: 'für ein Projekt',
    kind: 'Art des Modells',
    kinds: {
      all: 'Alle Modelle',
      recognition: 'Transkription',
      segmentation: 'Segmentierung',
    },
    none: 'Noch keine Modelle',
    noneText:
      'Fügen Sie eine Modelldatei von Kraken hinzu (.safetensors oder .mlmodel), um damit zu transkribieren.',
    facts: {
      format: 'Format',
      type: 'Zeilen geschnitten nach',
      alphabet: 'Zeichen',
      height: 'Zeilenhöhe',
      accuracy: 'Genauigkeit im Training',
    },
  },
}
