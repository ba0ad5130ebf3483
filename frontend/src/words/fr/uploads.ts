/** French: uploads. */
export default {
  uploads: {
    title: 'Envois',
    pick: 'Ajouter des fichiers',
    drop: 'Déposez pour importer dans « {name} »',
    kinds: 'Images, PDF, ZIP, fichiers ALTO et PAGE, dossiers entiers',
    nothing:
      'Il n’y avait aucun fichier. | Ce fichier est d’une sorte qui ne s’importe pas. Choisissez images, PDF, ZIP ou XML. | Aucun de ces {n} fichiers ne s’importe. Choisissez images, PDF, ZIP ou XML.',
    states: {
      sending: 'Envoi vers « {name} »',
      starting: 'Démarrage de l’import dans « {name} »',
      started: 'Import dans « {name} »',
      failed: 'Rien n’est arrivé dans « {name} »',
      cancelled: 'Annulé : « {name} » reste tel quel',
    },
    progress: '{done} fichiers sur {total}',
    left: 'Aucun fichier n’a été laissé de côté. | 1 fichier d’une autre sorte a été laissé de côté. | {n} fichiers d’autres sortes ont été laissés de côté.',
    failed:
      'Tout est arrivé. | 1 fichier n’est pas arrivé : | {n} fichiers ne sont pas arrivés :',
    again: 'Renvoyer ceux-ci',
    cancel: 'Annuler l’envoi',
  },
}
