/** French: the view of one page. */
export default {
  page: {
    back: 'Toutes les pages',
    before: 'Page précédente',
    after: 'Page suivante',
    show: 'Afficher sur l’image',
    shown: { lines: 'Lignes', masks: 'Masques', regions: 'Régions', texts: 'Textes' },
    layer: 'Couche',
    imageOf: 'Image de {name} ; les flèches la déplacent',
    zoom: 'Zoom',
    zoomIn: 'Agrandir',
    zoomOut: 'Réduire',
    fit: 'Page entière',
    split: 'Limite entre image et texte',
    lines: 'Lignes de la page',
    noText: 'pas de texte dans cette couche',
    confidence: 'Certitude du modèle',
    checked: 'vérifiée',
    unsent: 'pas encore sur le serveur',
    noLines: 'Pas encore de lignes',
    noLinesText:
      'Segmentez la page pour trouver ses lignes, puis transcrivez-la pour les lire.',
    acts: 'Ce qu’on peut faire de la page',
    segment: 'Segmenter cette page',
    transcribe: 'Transcrire cette page',
    export: 'Exporter cette page',
  },
}
