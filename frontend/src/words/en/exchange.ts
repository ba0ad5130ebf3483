/** English: bringing files in and handing them out. */
export default {
  intake: {
    withOptions: 'Add files with options',
    title: 'Add files to “{name}”',
    about:
      'Files dropped here wait until you start. Without options, texts go to a layer of their own and nothing is lost.',
    files:
      'No file chosen yet. Drop files or folders here, or choose them. | 1 file chosen | {n} files chosen',
    clear: 'Clear the list',
    layer: 'Texts go to',
    newLayer: 'a new layer, named by the date',
    namedLayer: 'a layer of this name',
    layerName: 'Name of the layer',
    lines: 'Pages that have lines already',
    kept: {
      replace: {
        name: 'take the lines of the file',
        about: 'the former ones stay in a snapshot of the page, to be restored',
      },
      keep: {
        name: 'keep their lines',
        about:
          'texts go to lines with the same id and place; other lines of the file are left out',
      },
      add: {
        name: 'get the lines of the file besides',
        about: 'what both have is not doubled; texts and lines that are there stay',
      },
    },
    match: 'Which image a text belongs to',
    matches: {
      named: 'the image that the file names, else the one with its name',
      file: 'the image with the same name as the file',
    },
    again: 'Take images that are there already once more',
    againAbout: 'Otherwise they are left out, and texts go to the page that is there.',
    pdf: 'PDF files',
    pdfPages: 'Pages of each PDF',
    pdfAll: 'all, or for example 1-20,25',
    dpi: 'Resolution',
    dpiUsual: 'as set on the server',
    dpiAbout:
      'Pages that are one scan are taken as they are; the others are drawn at this resolution.',
    dots: '{n} dpi',
    act: 'Choose files first | Import 1 file | Import {n} files',
  },
  handing: {
    types: 'Regions',
    all: 'all of them',
    some: 'only of these types',
    untyped: 'without a type',
    free: 'Lines that are in no region',
    characters: 'Places of single characters',
    paragraphs: 'A paragraph for each region in place of a line for each line',
    mets: 'A list of the files in METS',
    holds: 'The archive holds: {what}',
    filesOf: 'no file of text | 1 file of text | {n} files of text',
    imagesOf: 'no image | 1 image | {n} images',
    readme: 'README.txt, which says what was left out',
  },
  exports: {
    title: 'Exports',
    about:
      'Exports that you took, for some days. Whoever has the link of one can load it without signing in; it makes the archive anew, from what is there then.',
    aboutProject:
      'Exports that you took here, and those of everybody where you manage. Only who took one has its link.',
    none: 'No exports yet',
    noneText:
      'Choose pages in a document and export them: what you keep stays here for some days, with a link for others and for scripts.',
    noneOf: 'No exports of “{name}” yet',
    all: 'Of all documents',
    what: 'What',
    whatOf: '{format}, 1 page, {layer} | {format}, {n} pages, {layer}',
    noLayer: 'without texts',
    withImages: 'with images',
    document: 'Document',
    by: 'By',
    when: 'Taken',
    expires: 'Until',
    used: 'Last loaded',
    never: 'never',
    copy: 'Copy link',
    load: 'Download again',
    acts: 'What to do',
    removed: 'The export left the list; its link no longer works.',
  },
}
