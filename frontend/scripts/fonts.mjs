/**
 * Copy the free typefaces, each with its licence, from their packages to the application's
 * static files. The sample pages are printed in them, and the pages of the browser may use them.
 */
import { copyFileSync, mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const families = ['eb-garamond', 'im-fell-dw-pica', 'im-fell-english']
const styles = ['normal', 'italic']
const packages = new URL('../node_modules/@fontsource/', import.meta.url)
const target = new URL('../../src/armarius/static/fonts/', import.meta.url)

mkdirSync(target, { recursive: true })
for (const family of families) {
  for (const style of styles) {
    const name = `${family}-latin-400-${style}.woff2`
    copyFileSync(new URL(`${family}/files/${name}`, packages), new URL(name, target))
  }
  copyFileSync(new URL(`${family}/LICENSE`, packages), new URL(`${family}-LICENSE.txt`, target))
}
console.log(`${families.length} typefaces in ${fileURLToPath(target)}`)
