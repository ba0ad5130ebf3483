/** French: models. */
export default {
  models: {
    title: 'Modèles',
    add: 'Ajouter un modèle',
    addAbout: 'Un modèle entraîné ailleurs avec Kraken, ou téléchargé depuis Zenodo.',
    added: '« {name} » a été ajouté.',
    removed: '« {name} » n’est plus proposé. Les textes qu’il a écrits gardent son nom.',
    file: 'Fichier du modèle',
    fileHelp: '.safetensors ou .mlmodel ; son usage est lu dans son contenu.',
    for: 'Pour qui',
    everybody: 'pour tout le monde',
    project: 'pour un projet',
    kind: 'Sorte de modèle',
    kinds: {
      all: 'Tous les modèles',
      recognition: 'Transcription',
      segmentation: 'Segmentation',
    },
    none: 'Aucun modèle pour l’instant',
    noneText:
      'Ajoutez un fichier de modèle Kraken (.safetensors ou .mlmodel) pour transcrire avec lui.',
    facts: {
      format: 'Format',
      type: 'Lignes découpées par',
      alphabet: 'Caractères',
      height: 'Hauteur de ligne',
      accuracy: 'Exactitude à l’entraînement',
    },
  },
}
