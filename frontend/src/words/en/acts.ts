/** English: words that several views share. */
export default {
  do: {
    after: 'Next',
    again: 'Try again',
    before: 'Previous',
    cancel: 'Cancel',
    close: 'Close',
    copied: 'Copied.',
    copy: 'Copy',
    delete: 'Delete',
    download: 'Download',
    edit: 'Edit',
    more: 'Show more',
    rename: 'Rename',
    save: 'Save',
    undo: 'Undo',
  },
  fault: {
    noAnswer: 'The server does not answer. Check the connection, then try again.',
  },
  lost: {
    title: 'There is nothing at this address',
    text: 'The link may be old, or what it leads to was deleted or is not shared with you.',
    home: 'To the projects',
  },
  fields: {
    name: 'Name',
    description: 'Description',
    descriptionHelp: 'What the campaign is about, for those who join it. Optional.',
  },
  state: {
    waiting: 'waiting',
    staging: 'preparing',
    running: 'running',
    collecting: 'storing',
    done: 'done',
    'done with a note': 'done with a note',
    'done with problems': 'done with problems',
    skipped: 'skipped',
    failed: 'failed',
    cancelled: 'cancelled',
  },
  progress: {
    segmented: 'Segmented',
    recognised: 'Recognised',
  },
}
