/** English: the frame around every view, and signing in. */
export default {
  shell: {
    name: 'Armarius',
    skip: 'Skip to the content',
    rail: 'Main',
    crumbs: 'Where you are',
    projects: 'Projects',
    search: 'Search',
    models: 'Models',
    jobs: 'Jobs',
    people: 'People',
    tokens: 'API tokens',
    signOut: 'Sign out',
    lost: 'No connection; trying again',
    language: 'Language',
    find: 'Search all texts',
    fold: 'Icons only',
    unfold: 'Show names',
    theme: { system: 'System theme', light: 'Light theme', dark: 'Dark theme' },
  },
  signIn: {
    about: 'From page images to text: import, segment, recognise, export.',
    username: 'User name',
    password: 'Password',
    act: 'Sign in',
    link: 'First start, or password forgotten? A one-time link is printed by',
  },
}
