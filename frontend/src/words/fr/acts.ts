/** French: words that several views share. */
export default {
  do: {
    after: 'Suivant',
    again: 'Réessayer',
    before: 'Précédent',
    cancel: 'Annuler',
    close: 'Fermer',
    copied: 'Copié.',
    copy: 'Copier',
    delete: 'Supprimer',
    download: 'Télécharger',
    edit: 'Modifier',
    more: 'Afficher la suite',
    rename: 'Renommer',
    save: 'Enregistrer',
    undo: 'Annuler',
  },
  fault: {
    noAnswer: 'Le serveur ne répond pas. Vérifiez la connexion, puis réessayez.',
  },
  lost: {
    title: 'Il n’y a rien à cette adresse',
    text: 'Le lien est peut-être ancien, ou ce qu’il désigne a été supprimé ou n’est pas partagé avec vous.',
    home: 'Vers les projets',
  },
  fields: {
    name: 'Nom',
    description: 'Description',
    descriptionHelp:
      'L’objet de la campagne, pour les personnes qui la rejoignent. Facultatif.',
  },
  state: {
    waiting: 'en attente',
    staging: 'en préparation',
    running: 'en cours',
    collecting: 'enregistrement',
    done: 'terminé',
    'done with a note': 'terminé avec une remarque',
    'done with problems': 'terminé avec des problèmes',
    skipped: 'ignoré',
    failed: 'échoué',
    cancelled: 'annulé',
  },
  progress: {
    segmented: 'Segmentées',
    recognised: 'Transcrites',
  },
}
