/** French: projects, their people and documents. */
export default {
  projects: {
    title: 'Projets',
    create: 'Nouveau projet',
    edit: 'Modifier le projet',
    namePlaceholder: 'Par exemple : Chartes de Saint-Denis',
    none: 'Aucun projet pour l’instant',
    noneText:
      'Un projet réunit des documents et les personnes qui y travaillent. Créez-en un, ou demandez à un collègue de partager le sien avec votre identifiant.',
    nothing: 'Aucun projet n’est ainsi.',
    documents: 'aucun document | 1 document | {n} documents',
    people: '1 personne | 1 personne | {n} personnes',
    removed: '« {name} » a été supprimé.',
  },
  roles: {
    reader: 'lecture',
    transcriber: 'transcription',
    manager: 'gestion',
    guest: 'invité',
    owner: 'propriétaire',
    about: {
      reader: 'En lecture, on voit tout et on exporte.',
      transcriber:
        'En transcription, on corrige aussi les textes, on segmente et transcrit les pages.',
      manager: 'En gestion, on importe, supprime et partage aussi.',
      owner: 'Les propriétaires peuvent tout faire, y compris supprimer le projet.',
    },
  },
  members: {
    guest: 'Seuls ces documents sont partagés avec vous, pas tout le projet.',
    person: 'une personne, par son identifiant',
    team: 'Équipe',
    shareOne: 'Partager « {name} »',
    oneOnly:
      'Qui reçoit ce document ne voit rien d’autre du projet. Les membres du projet le voient de toute façon.',
    nobody: 'Pas encore partagé seul.',
    title: 'Personnes',
    you: '(vous)',
    role: 'Rôle',
    roleOf: 'Rôle de {name}',
    share: 'Partager avec',
    username: 'Identifiant',
    add: 'Partager',
    added: 'Partagé avec {name}.',
    remove: 'Retirer du projet',
    removed: '{name} ne fait plus partie du projet.',
  },
  documents: {
    title: 'Documents',
    create: 'Nouveau document',
    namePlaceholder: 'Par exemple : Arsenal, ms. 3516',
    pages: 'aucune page | 1 page | {n} pages',
    none: 'Aucun document pour l’instant',
    noneText:
      'Un document est une suite de pages : un manuscrit, un volume, une liasse de lettres. Créez-en un, puis déposez-y les images.',
    noneReader: 'Les gestionnaires de ce projet n’ont pas encore ajouté de documents.',
    removed: '« {name} » a été supprimé.',
    mayNotImport:
      'Seuls les gestionnaires du projet importent des fichiers. Demandez-le à l’un d’eux, ou demandez un autre rôle.',
  },
}
