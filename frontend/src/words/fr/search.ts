/** French: search. */
export default {
  search: {
    title: 'Recherche',
    question: 'Mots d’une ligne de texte',
    how: 'Comment chercher',
    modes: { words: 'Mots', exact: 'Lettres exactes', regex: 'Expression régulière' },
    where: 'Où chercher',
    everywhere: 'Tous les projets',
    layer_name: 'Couche',
    region_type: 'Type de région',
    type: 'Type de ligne',
    any: {
      layer_name: 'Toutes les couches',
      region_type: 'Toutes les régions',
      type: 'Toutes les lignes',
    },
    count: 'aucune ligne | 1 ligne | {n} lignes',
    many: 'plus de {n} lignes',
    none: 'Rien trouvé',
    empty: 'Cherchez dans tous les textes que vous pouvez voir',
    help: {
      words:
        'Tous les mots doivent être dans une même ligne, avec ou sans majuscules. "Des mots entre guillemets" dans cet ordre ; -mot ne doit pas s’y trouver.',
      exact:
        'Chaque lettre compte, majuscules et accents compris. Les parties de mots sont trouvées.',
      regex:
        'Une expression régulière telle que PostgreSQL les comprend, par exemple ^[Ll]i .*s$',
    },
  },
}
