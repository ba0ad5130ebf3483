/** Addresses. Everything but signing in needs somebody who is signed in. */
import {
  createRouter,
  createWebHistory,
  type RouteLocationNormalized,
  START_LOCATION,
} from 'vue-router'
import { readEarly } from './page/read'
import { known, me } from './shell/session'

declare module 'vue-router' {
  interface RouteMeta {
    open?: boolean
    /** The view takes the whole window; the rail hides. */
    wide?: boolean
  }
}

const number = (name: string) => (to: RouteLocationNormalized) => ({
  id: Number(to.params[name]),
})

export const router = createRouter({
  history: createWebHistory('/'),
  routes: [
    { path: '/', redirect: { name: 'projects' } },
    {
      path: '/sign-in',
      name: 'sign-in',
      component: () => import('./views/SignIn.vue'),
      meta: { open: true },
    },
    {
      path: '/forgotten',
      name: 'forgotten',
      component: () => import('./views/Forgotten.vue'),
      meta: { open: true },
    },
    {
      path: '/new-password',
      name: 'new-password',
      component: () => import('./views/NewPassword.vue'),
      meta: { open: true },
    },
    {
      path: '/confirm-mail',
      name: 'confirm-mail',
      component: () => import('./views/ConfirmMail.vue'),
      meta: { open: true },
    },
    {
      path: '/invitation',
      name: 'invitation',
      component: () => import('./views/Invitation.vue'),
      meta: { open: true },
    },
    {
      path: '/credits',
      name: 'credits',
      component: () => import('./views/Credits.vue'),
      meta: { open: true },
    },
    { path: '/projects', name: 'projects', component: () => import('./views/Projects.vue') },
    {
      path: '/projects/:id(\\d+)',
      name: 'project',
      component: () => import('./views/Project.vue'),
      props: number('id'),
    },
    {
      path: '/projects/:id(\\d+)/guidelines',
      name: 'project-guidelines',
      component: () => import('./views/Guidelines.vue'),
      props: number('id'),
    },
    {
      path: '/projects/:id(\\d+)/types',
      name: 'project-types',
      component: () => import('./views/Types.vue'),
      props: number('id'),
    },
    {
      path: '/projects/:id(\\d+)/annotations',
      name: 'project-annotations',
      component: () => import('./views/Taxonomies.vue'),
      props: number('id'),
    },
    {
      path: '/projects/:id(\\d+)/report',
      name: 'project-report',
      component: () => import('./views/ProjectReport.vue'),
      props: number('id'),
    },
    {
      path: '/projects/:id(\\d+)/exports',
      name: 'project-exports',
      component: () => import('./views/ProjectExports.vue'),
      props: number('id'),
    },
    {
      path: '/documents/:id(\\d+)',
      name: 'document',
      component: () => import('./views/Document.vue'),
      props: number('id'),
    },
    {
      path: '/documents/:id(\\d+)/layers',
      name: 'document-layers',
      component: () => import('./views/Layers.vue'),
      props: number('id'),
    },
    {
      path: '/documents/:id(\\d+)/report',
      name: 'document-report',
      component: () => import('./views/DocumentReport.vue'),
      props: number('id'),
    },
    {
      path: '/pages/:id(\\d+)',
      name: 'page',
      component: () => import('./views/Page.vue'),
      props: number('id'),
      meta: { wide: true },
    },
    { path: '/search', name: 'search', component: () => import('./views/Search.vue') },
    { path: '/jobs', name: 'jobs', component: () => import('./views/Jobs.vue') },
    {
      path: '/jobs/:id(\\d+)',
      name: 'job',
      component: () => import('./views/Job.vue'),
      props: number('id'),
    },
    { path: '/models', name: 'models', component: () => import('./views/Models.vue') },
    { path: '/exports', name: 'exports', component: () => import('./views/Exports.vue') },
    { path: '/usage', name: 'usage', component: () => import('./views/Usage.vue') },
    { path: '/people', name: 'people', component: () => import('./views/People.vue') },
    { path: '/profile', name: 'profile', component: () => import('./views/Profile.vue') },
    { path: '/teams', name: 'teams', component: () => import('./views/Teams.vue') },
    {
      path: '/invitations',
      name: 'invitations',
      component: () => import('./views/Invitations.vue'),
    },
    { path: '/settings', name: 'settings', component: () => import('./views/Settings.vue') },
    { path: '/tokens', name: 'tokens', component: () => import('./views/Tokens.vue') },
    { path: '/:rest(.*)*', name: 'lost', component: () => import('./views/Lost.vue') },
  ],
})

/** Fetch what the first address needs while it is asked who is signed in. */
function begin(to: RouteLocationNormalized) {
  for (const { components } of to.matched) {
    const view = components?.default
    if (typeof view === 'function') void (view as () => Promise<unknown>)()
  }
  if (to.name === 'page') readEarly(Number(to.params.id), Number(to.query.layer) || null)
}

router.beforeEach(async (to, from) => {
  if (from === START_LOCATION) begin(to)
  try {
    await known()
  } catch {
    return true // no answer: the view says so, and can ask again
  }
  if (!me.value && !to.meta.open) return { name: 'sign-in', query: { next: to.fullPath } }
  if (me.value && to.name === 'sign-in') return { name: 'projects' }
  return true
})
