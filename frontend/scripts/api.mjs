// Make src/api/schema.d.ts from the server's OpenAPI document; with --check only compare.
// The document is printed by the Python beside us: no server, no database.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import openapi, { astToString } from 'openapi-typescript'

const target = new URL('../src/api/schema.d.ts', import.meta.url)
const venv = fileURLToPath(new URL('../../.venv/bin/python', import.meta.url))
const python = process.env.PYTHON ?? (existsSync(venv) ? venv : 'python3')
const PRINT = `
import json, os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "armarius.settings")
import django
django.setup()
from armarius.api import api
print(json.dumps(api.get_openapi_schema(path_prefix="/api/"), default=str))
`

const document = JSON.parse(
  execFileSync(python, ['-c', PRINT], {
    encoding: 'utf8',
    maxBuffer: 64 << 20,
    // Nothing is signed here, and nothing is to be made in the data folder.
    env: { ...process.env, ARMARIUS_SECRET_KEY: 'only to print the OpenAPI document' },
  }),
)
const head = '// Made by “npm run api” from the server’s OpenAPI document. Do not edit.\n\n'
const text =
  head + astToString(await openapi(document, { alphabetize: true, defaultNonNullable: false }))
const present = existsSync(target) ? readFileSync(target, 'utf8') : ''

if (text === present) {
  console.log('src/api/schema.d.ts is current.')
} else if (process.argv.includes('--check')) {
  console.error(
    'src/api/schema.d.ts differs from the server’s OpenAPI document. Run “npm run api”.',
  )
  process.exit(1)
} else {
  writeFileSync(target, text)
  console.log('src/api/schema.d.ts written.')
}
