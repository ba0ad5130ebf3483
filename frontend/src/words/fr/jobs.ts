/** French: jobs. */
export default {
  jobs: {
    title: 'Tâches',
    show: 'Afficher les tâches',
    open: 'Tâches | 1 tâche | {n} tâches',
    running: 'en cours',
    none: 'Rien n’est en cours.',
    never: 'Aucune tâche pour l’instant',
    neverText:
      'Les imports, segmentations et transcriptions apparaissent ici, avec leur avancement et un rapport pour chaque page.',
    all: 'Toutes les tâches',
    onlyOpen: 'Seulement celles en cours',
    progress: '{done} sur {total}',
    failed: 'aucun échec | 1 échec | {n} échecs',
    quick: 'rapide',
    stopping: 'arrêt en cours…',
    cancel: 'Annuler ; ce qui est fait est gardé',
    retry: 'Réessayer ce qui a échoué',
    toDocument: 'Vers le document',
    report: 'Rapport',
    onlyProblems: 'Seulement les échecs',
    noItems: 'Rien à afficher.',
    item: 'Page ou fichier',
    state: 'État',
    message: 'Message',
    when: 'Quand',
  },
}
