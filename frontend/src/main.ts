import '@fontsource/gentium-plus/400.css'
import './styles/tokens.css'
import './styles/base.css'
import { createApp } from 'vue'
import App from './App.vue'
import { router } from './router'
import { applyLanguage } from './shell/language'
import { applyTheme } from './shell/theme'
import { applyTypeface } from './shell/typeface'
import { words } from './words'

applyTheme()
applyTypeface()
// After an upgrade the files of the version that is open here are gone: take the new one.
window.addEventListener('vite:preloadError', () => window.location.reload())
const app = createApp(App).use(words).use(router)
// Who is signed in and in which language decides how the frame looks: nothing is drawn before.
void Promise.all([applyLanguage(), router.isReady()]).finally(() => app.mount('#app'))
