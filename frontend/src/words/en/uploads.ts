/** English: uploads. */
export default {
  uploads: {
    title: 'Uploads',
    pick: 'Add files',
    drop: 'Drop to import into “{name}”',
    kinds: 'Images, PDF, ZIP, ALTO and PAGE files, whole folders',
    nothing:
      'There was no file. | This file is of no kind that can be imported. Choose images, PDF, ZIP or XML. | None of the {n} files can be imported. Choose images, PDF, ZIP or XML.',
    states: {
      sending: 'Sending to “{name}”',
      starting: 'Starting the import into “{name}”',
      started: 'Importing into “{name}”',
      failed: 'Nothing reached “{name}”',
      cancelled: 'Cancelled: “{name}” stays as it was',
    },
    progress: '{done} of {total} files',
    left: 'No file was left out. | 1 file of another kind was left out. | {n} files of other kinds were left out.',
    failed: 'All arrived. | 1 file did not arrive: | {n} files did not arrive:',
    again: 'Send these again',
    cancel: 'Cancel the upload',
  },
}
