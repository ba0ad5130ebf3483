/** French: bringing files in and handing them out. */
export default {
  intake: {
    withOptions: 'Ajouter des fichiers avec options',
    title: 'Ajouter des fichiers à « {name} »',
    about:
      'Les fichiers déposés ici attendent que vous lanciez l’import. Sans options, les textes vont dans une couche à part et rien ne se perd.',
    files:
      'Aucun fichier choisi. Déposez ici des fichiers ou des dossiers, ou choisissez-les. | 1 fichier choisi | {n} fichiers choisis',
    clear: 'Vider la liste',
    layer: 'Les textes vont dans',
    newLayer: 'une nouvelle couche, nommée d’après la date',
    namedLayer: 'une couche de ce nom',
    layerName: 'Nom de la couche',
    lines: 'Pages qui ont déjà des lignes',
    kept: {
      replace: {
        name: 'prennent les lignes du fichier',
        about: 'les anciennes restent dans un instantané de la page, à restaurer',
      },
      keep: {
        name: 'gardent leurs lignes',
        about:
          'les textes vont aux lignes de même identifiant et de même place ; les autres lignes du fichier sont laissées de côté',
      },
      add: {
        name: 'reçoivent en plus les lignes du fichier',
        about: 'ce que les deux ont n’est pas doublé ; textes et lignes présents restent',
      },
    },
    match: 'À quelle image appartient un texte',
    matches: {
      named: 'l’image que le fichier nomme, sinon celle du même nom',
      file: 'l’image du même nom que le fichier',
    },
    again: 'Reprendre les images déjà présentes',
    againAbout: 'Sinon elles sont laissées de côté, et les textes vont à la page présente.',
    pdf: 'Fichiers PDF',
    pdfPages: 'Pages de chaque PDF',
    pdfAll: 'toutes, ou par exemple 1-20,25',
    dpi: 'Résolution',
    dpiUsual: 'celle du serveur',
    dpiAbout:
      'Les pages qui ne sont qu’un scan sont prises telles quelles ; les autres sont dessinées à cette résolution.',
    dots: '{n} ppp',
    act: 'Choisissez d’abord des fichiers | Importer 1 fichier | Importer {n} fichiers',
  },
  handing: {
    types: 'Régions',
    all: 'toutes',
    some: 'seulement de ces types',
    untyped: 'sans type',
    free: 'Lignes hors de toute région',
    characters: 'Places des caractères isolés',
    paragraphs: 'Un paragraphe par région au lieu d’une ligne par ligne',
    mets: 'Une liste des fichiers en METS',
    holds: 'L’archive contient : {what}',
    filesOf: 'aucun fichier de texte | 1 fichier de texte | {n} fichiers de texte',
    imagesOf: 'aucune image | 1 image | {n} images',
    readme: 'README.txt, qui dit ce qui manque',
  },
  exports: {
    title: 'Exports',
    about:
      'Vos exports, pendant quelques jours. Qui a le lien d’un export peut le télécharger sans se connecter ; l’archive est refaite à partir de ce qui s’y trouve alors.',
    aboutProject:
      'Vos exports ici, et ceux de tous là où vous gérez. Seul l’auteur d’un export en a le lien.',
    none: 'Aucun export',
    noneText:
      'Choisissez des pages d’un document et exportez-les : ce que vous gardez reste ici quelques jours, avec un lien pour d’autres et pour des scripts.',
    noneOf: 'Aucun export de « {name} »',
    all: 'De tous les documents',
    what: 'Quoi',
    whatOf: '{format}, 1 page, {layer} | {format}, {n} pages, {layer}',
    noLayer: 'sans textes',
    withImages: 'avec les images',
    document: 'Document',
    by: 'Par',
    when: 'Fait',
    expires: 'Jusqu’au',
    used: 'Dernier téléchargement',
    never: 'jamais',
    copy: 'Copier le lien',
    load: 'Télécharger à nouveau',
    acts: 'Que faire',
    removed: 'L’export a quitté la liste ; son lien ne sert plus.',
  },
}
