/** French: annotations. */
export default {
  annotate: {
    kind: 'Sorte de la prochaine annotation',
    select: 'Sélectionner',
    hints: {
      select:
        'Choisissez une sorte, puis dessinez sur l’image ou sélectionnez des mots. Cliquez sur ce qui existe pour le modifier.',
      image: 'Tracez un rectangle sur l’image ; au clavier Entrée, flèches, Entrée.',
      polygon:
        'Cliquez coin par coin, de nouveau sur le premier pour finir ; au clavier Entrée, flèches, Entrée.',
      text: 'Sélectionnez des mots, sur plusieurs lignes aussi, puis Entrée ou le bouton.',
    },
    waiting:
      'Pas de connexion ; rien n’attend | Pas de connexion ; 1 modification attend. Gardez cette fenêtre ouverte. | Pas de connexion ; {n} modifications attendent. Gardez cette fenêtre ouverte.',
    texts: 'Textes de la page, pour y sélectionner des mots',
    mark: 'Marquer comme {kind}',
    list: 'Annotations de cette page',
    count: 'Pas encore d’annotation | 1 annotation | {n} annotations',
    onImage: 'sur l’image',
    astray: 'Ces mots ne sont plus dans la ligne : le texte a changé depuis.',
    comment: 'Commentaire',
    addComment: 'Ajouter',
    dropComment: 'Supprimer le commentaire',
    removed: 'Annotation supprimée',
    noKinds: 'Ce projet n’a pas de sortes d’annotations',
    noKindsManager:
      'Sceaux, initiales, noms, dates : dites d’abord, dans le projet sous Annotations, ce qui est marqué.',
    noKindsOther:
      'Qui gère le projet les crée sous Annotations ; vous pourrez alors marquer ici des parties d’images et de textes.',
    toKinds: 'Sortes d’annotations',
    save: 'Enregistrer en annotations W3C',
    bring: 'Lire des annotations W3C',
    added: 'Aucune annotation ajoutée | 1 annotation ajoutée | {n} annotations ajoutées',
    noJson: 'Ce fichier n’est pas du JSON.',
  },
  taxonomies: {
    about:
      'Ce qui peut être marqué sur les images et dans les textes de ce projet, de quelle couleur, et ce qui en est dit.',
    none: 'Pas encore de sorte',
    noneText:
      'Créez-en une pour chaque chose que vous marquez : un sceau, une initiale, une personne, une date.',
    new: 'Nouvelle sorte',
    name: 'Nom',
    marker: 'Marque',
    add: 'Ajouter',
    comments: 'Avec commentaires',
    components: 'Ce qu’elle dit',
    component: 'Nom de l’indication',
    type: 'Sorte de valeur',
    values: 'Valeurs admises, séparées par des virgules ; vide pour toutes',
    any: 'toute valeur',
    addComponent: 'Ajouter une indication',
    dropComponent: 'Supprimer',
    removed: '« {name} » supprimée ; les annotations restent.',
    image: 'Sur les images',
    text: 'Dans les textes',
    types: {
      text: 'texte',
      number: 'nombre',
      date: 'date',
    },
    markers: {
      rectangle: 'un rectangle sur l’image',
      polygon: 'un polygone sur l’image',
      background: 'des mots, par leur fond',
      colour: 'des mots, par leur couleur',
      bold: 'des mots, en gras',
      italic: 'des mots, en italique',
      underline: 'des mots, soulignés',
    },
  },
}
