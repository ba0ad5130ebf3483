/** French: everybody on this instance, and API tokens. */
export default {
  people: {
    title: 'Personnes',
    about:
      'Toutes les personnes qui peuvent se connecter ici. Ce qu’elles voient dépend des projets partagés avec elles.',
    username: 'Identifiant',
    add: 'Ajouter une personne',
    administrator: 'Administrer cette instance',
    role: 'Rôle',
    roles: { administrator: 'administration', user: 'utilisation' },
    link: 'Lien de connexion',
    linkFor:
      'Donnez ce lien à {name}. Il sert à se connecter une seule fois et ne sera plus affiché.',
    added: '{name} a été ajouté.',
  },
  tokens: {
    title: 'Jetons d’API',
    about: 'Avec un jeton, un script peut faire ce que vous pouvez faire.',
    docs: 'Ce que l’API sait faire',
    name: 'Nom',
    namePlaceholder: 'À quoi il sert',
    create: 'Créer un jeton',
    scope: 'Peut',
    scopes: {
      write: 'lire et modifier',
      read: 'seulement lire',
    },
    once: 'Copiez le jeton maintenant. Il ne sera plus affiché.',
    none: 'Aucun jeton pour l’instant',
    noneText:
      'Donnez ci-dessus à un jeton le nom du script qui l’utilisera, pour savoir plus tard lequel supprimer.',
    prefix: 'Commence par',
    made: 'Créé',
    used: 'Dernier usage',
    never: 'jamais',
    deleted: 'Le jeton « {name} » ne fonctionne plus.',
  },
}
