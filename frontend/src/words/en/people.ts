/** English: everybody on this instance, and API tokens. */
export default {
  people: {
    title: 'People',
    about:
      'Everybody who can sign in here. What they see depends on the projects that are shared with them.',
    username: 'User name',
    add: 'Add person',
    administrator: 'Administrator of this instance',
    role: 'Role',
    roles: { administrator: 'administrator', user: 'user' },
    link: 'Login link',
    linkFor: 'Give this link to {name}. It signs in once and is not shown again.',
    added: '{name} was added.',
  },
  tokens: {
    title: 'API tokens',
    about: 'A token lets a script do what you may do.',
    docs: 'What the API can do',
    name: 'Name',
    namePlaceholder: 'What it is for',
    create: 'Create token',
    scope: 'May',
    scopes: {
      write: 'read and change',
      read: 'only read',
    },
    once: 'Copy the token now. It is not shown again.',
    none: 'No tokens yet',
    noneText:
      'Name one above after the script that will use it, so that you know later which one to delete.',
    prefix: 'Begins with',
    made: 'Made',
    used: 'Last used',
    never: 'never',
    deleted: 'The token “{name}” no longer works.',
  },
}
