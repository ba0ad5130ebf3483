import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig, type Plugin } from 'vitest/config'

/** Where `npm run dev` finds the application. */
const server = process.env.ARMARIUS_ORIGIN ?? 'http://127.0.0.1:8420'
const proxy = Object.fromEntries(
  ['/api', '/exports/', '/iiif', '/login', '/static/fonts'].map((path) => [
    path,
    { target: server },
  ]),
)

/** Write credits.json: the packages of which something is in the bundle, and the typefaces. */
function credits(): Plugin {
  const { dependencies } = facts('package.json')
  return {
    name: 'credits',
    generateBundle(_, bundle) {
      const modules = Object.values(bundle).flatMap((one) =>
        one.type === 'chunk' ? one.moduleIds : [],
      )
      const inside = modules.map((id) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1])
      const fonts = Object.keys(dependencies).filter((name) => name.startsWith('@fontsource/'))
      const names = [...new Set([...inside, ...fonts])].filter((name) => name !== undefined)
      const parts = names.sort().map((name) => {
        const { license, homepage } = facts(`node_modules/${name}/package.json`)
        return { name, licence: license ?? '', home: homepage ?? '' }
      })
      this.emitFile({ type: 'asset', fileName: 'credits.json', source: JSON.stringify(parts) })
    },
  }
}

function facts(path: string): {
  dependencies: Record<string, string>
  license?: string
  homepage?: string
} {
  return JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'))
}

export default defineConfig(({ command }) => ({
  plugins: [vue(), credits()],
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
