/** English: projects, their people and documents. */
export default {
  projects: {
    title: 'Projects',
    create: 'New project',
    edit: 'Edit project',
    namePlaceholder: 'For example: Charters of Saint-Denis',
    none: 'No project yet',
    noneText:
      'A project holds documents and the people who work on them. Create one, or ask a colleague to share theirs with you by your user name.',
    nothing: 'No project is like that.',
    documents: 'no documents | 1 document | {n} documents',
    people: '1 person | 1 person | {n} people',
    removed: '“{name}” was deleted.',
  },
  roles: {
    reader: 'reader',
    transcriber: 'transcriber',
    manager: 'manager',
    guest: 'guest',
    owner: 'owner',
    about: {
      reader: 'Readers see everything and export.',
      transcriber: 'Transcribers also correct texts, and segment and recognise pages.',
      manager: 'Managers also import, delete and share.',
      owner: 'Owners may do everything, deleting the project too.',
    },
  },
  members: {
    guest: 'Only the documents here are shared with you, not the whole project.',
    person: 'a person, by user name',
    team: 'Team',
    shareOne: 'Share “{name}”',
    oneOnly:
      'Whoever gets this document sees it and nothing else of the project. Members of the project see it anyway.',
    nobody: 'Not shared by itself yet.',
    title: 'People',
    you: '(you)',
    role: 'Role',
    roleOf: 'Role of {name}',
    share: 'Share with',
    username: 'User name',
    add: 'Share',
    added: 'Shared with {name}.',
    remove: 'Take out of the project',
    removed: '{name} is no longer in the project.',
  },
  documents: {
    title: 'Documents',
    create: 'New document',
    namePlaceholder: 'For example: Arsenal, Ms 3516',
    pages: 'no pages | 1 page | {n} pages',
    none: 'No document yet',
    noneText:
      'A document is a set of pages in order: a manuscript, a volume, a bundle of letters. Create one, then drop its images into it.',
    noneReader: 'The managers of this project have not added documents yet.',
    removed: '“{name}” was deleted.',
    mayNotImport:
      'Only managers of the project import files. Ask one to do it, or to change your role.',
  },
}
