/** English: models. */
export default {
  models: {
    title: 'Models',
    add: 'Add model',
    addAbout: 'A model trained elsewhere with Kraken, or downloaded from Zenodo.',
    added: '“{name}” was added.',
    removed: '“{name}” was taken out of use. Texts that it wrote keep its name.',
    file: 'Model file',
    fileHelp: '.safetensors or .mlmodel; what it is for is read from its content.',
    for: 'For whom',
    everybody: 'for everybody',
    project: 'for one project',
    kind: 'Kind of model',
    kinds: { all: 'All models', recognition: 'Recognition', segmentation: 'Segmentation' },
    none: 'No models yet',
    noneText: 'Add a Kraken model file (.safetensors or .mlmodel) to recognise text with it.',
    facts: {
      format: 'Format',
      type: 'Lines cut by',
      alphabet: 'Characters',
      height: 'Line height',
      accuracy: 'Accuracy in training',
    },
  },
}
