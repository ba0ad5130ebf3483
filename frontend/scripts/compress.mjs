// Write compressed twins (.br, .gz) of the built files: the server sends them as they lie.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'

const folder = fileURLToPath(new URL('../../src/armarius/static/assets/', import.meta.url))
const WORTH = 1000 // bytes; below it the gain is less than a network packet

for (const name of readdirSync(folder)) {
  if (!/\.(js|css|svg)$/.test(name)) continue
  const content = readFileSync(join(folder, name))
  if (content.length < WORTH) continue
  writeFileSync(join(folder, `${name}.br`), brotliCompressSync(content))
  writeFileSync(join(folder, `${name}.gz`), gzipSync(content, { level: 9 }))
}
