/** English: jobs. */
export default {
  jobs: {
    title: 'Jobs',
    show: 'Show jobs',
    open: 'Jobs | 1 job | {n} jobs',
    running: 'running',
    none: 'Nothing is running.',
    never: 'No jobs yet',
    neverText:
      'Imports, segmentations and transcriptions appear here with their progress and a report for each page.',
    all: 'All jobs',
    onlyOpen: 'Only open ones',
    progress: '{done} of {total}',
    failed: 'none failed | 1 failed | {n} failed',
    quick: 'quick',
    stopping: 'stopping …',
    cancel: 'Cancel; what is done is kept',
    retry: 'Try what failed again',
    toDocument: 'To the document',
    report: 'Report',
    onlyProblems: 'Only what failed',
    noItems: 'Nothing to show.',
    item: 'Page or file',
    state: 'State',
    message: 'Message',
    when: 'When',
  },
}
