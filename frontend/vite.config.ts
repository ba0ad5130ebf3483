import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

/** Where `npm run dev` finds the application. */
const server = process.env.ARMARIUS_ORIGIN ?? 'http://127.0.0.1:8420'
const proxy = Object.fromEntries(
  ['/api', '/exports/', '/iiif', '/login', '/static/fonts'].map((path) => [
    path,
    { target: server },
  ]),
)

export default defineConfig(({ command }) => ({
  plugins: [vue()],
  base: command === 'build' ? '/static/' : '/',
  define: { __VUE_OPTIONS_API__: false, __VUE_PROD_DEVTOOLS__: false },
  build: {
    outDir: fileURLToPath(new URL('../src/armarius/static', import.meta.url)),
    emptyOutDir: true,
    // The content security policy allows no data: addresses and no inline script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
  },
  worker: { format: 'es' as const },
  server: { proxy },
  test: { include: ['src/**/*.test.ts'] },
}))
