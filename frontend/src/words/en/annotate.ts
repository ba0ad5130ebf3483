/** English: annotations. */
export default {
  annotate: {
    kind: 'Kind of the next annotation',
    select: 'Select',
    hints: {
      select:
        'Choose a kind, then draw on the image or select words. Click what is there to change it.',
      image: 'Drag a rectangle on the image; by keyboard Enter, arrow keys, Enter.',
      polygon:
        'Click corner by corner, the first one again to end; by keyboard Enter, arrow keys, Enter.',
      text: 'Select words, over several lines too, then press Enter or the button.',
    },
    waiting:
      'No connection; nothing waits | No connection; 1 change waits. Keep this window open. | No connection; {n} changes wait. Keep this window open.',
    texts: 'Texts of the page, to select words in',
    mark: 'Mark as {kind}',
    list: 'Annotations of this page',
    count: 'No annotations yet | 1 annotation | {n} annotations',
    onImage: 'on the image',
    astray: 'These words are no longer in the line: the text was changed since.',
    comment: 'Comment',
    addComment: 'Add',
    dropComment: 'Delete the comment',
    removed: 'Annotation deleted',
    noKinds: 'This project has no kinds of annotations',
    noKindsManager:
      'Seals, initials, names, dates: say first what is to be marked, in the project under Annotations.',
    noKindsOther:
      'Whoever manages the project makes them under Annotations; then you can mark parts of images and texts here.',
    toKinds: 'Kinds of annotations',
    save: 'Save as W3C annotations',
    bring: 'Read W3C annotations',
    added: 'No annotations added | 1 annotation added | {n} annotations added',
    noJson: 'This file is no JSON.',
  },
  taxonomies: {
    about:
      'What can be marked on images and in texts of this project, in which colour, and what is said of it.',
    none: 'No kinds yet',
    noneText: 'Make one for each matter that you mark: a seal, an initial, a person, a date.',
    new: 'New kind',
    name: 'Name',
    marker: 'Marks',
    add: 'Add',
    comments: 'With comments',
    components: 'What it says',
    component: 'Name of what it says',
    type: 'Kind of value',
    values: 'Allowed values, with commas between them; empty for any',
    any: 'any value',
    addComponent: 'Add something that it says',
    dropComponent: 'Delete',
    removed: '“{name}” deleted; annotations stay.',
    image: 'On images',
    text: 'In texts',
    types: {
      text: 'text',
      number: 'number',
      date: 'date',
    },
    markers: {
      rectangle: 'a rectangle on the image',
      polygon: 'a polygon on the image',
      background: 'words, by their background',
      colour: 'words, by their colour',
      bold: 'words, in bold',
      italic: 'words, in italics',
      underline: 'words, underlined',
    },
  },
}
