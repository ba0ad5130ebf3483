/** French: the frame around every view, and signing in. */
export default {
  shell: {
    name: 'Armarius',
    skip: 'Aller au contenu',
    rail: 'Navigation principale',
    crumbs: 'Où vous êtes',
    projects: 'Projets',
    search: 'Recherche',
    models: 'Modèles',
    jobs: 'Tâches',
    people: 'Personnes',
    tokens: 'Jetons d’API',
    signOut: 'Se déconnecter',
    lost: 'Pas de connexion ; nouvel essai en cours',
    language: 'Langue',
    find: 'Chercher dans les textes',
    fold: 'Icônes seules',
    unfold: 'Afficher les noms',
    theme: { system: 'Thème du système', light: 'Thème clair', dark: 'Thème sombre' },
  },
  signIn: {
    about: 'Des images au texte : importer, segmenter, transcrire, exporter.',
    username: 'Identifiant',
    password: 'Mot de passe',
    act: 'Se connecter',
    link: 'Premier démarrage, ou mot de passe oublié ? Cette commande donne un lien à usage unique :',
  },
}
