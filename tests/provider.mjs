// A real OpenID Connect provider for tests: `node provider.mjs PORT CALLBACK`, on loopback.
// Everybody signs in with any password; what is known of them stands in PEOPLE.
import { Provider } from '../frontend/node_modules/oidc-provider/lib/index.js'

const [port, callback] = process.argv.slice(2)

const PEOPLE = {
  nora: { email: 'nora@uni.example', email_verified: true, name: 'Nora Quist' },
  otto: { email: 'otto@uni.example', email_verified: true, name: 'Otto Prinz' },
  eve: { email: 'alice@uni.example', email_verified: true, name: 'Eve' },
  unproved: { email: 'alice@uni.example', email_verified: false, name: 'Eve' },
  nomail: { name: 'Nobody' },
  elsewhere: { email: 'x@other.example', email_verified: true, name: 'Guest' },
  liar: { email: 'liar@uni.example', email_verified: true, name: 'Liar' },
}

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    { client_id: 'armarius', client_secret: 'a secret of the test', redirect_uris: [callback] },
  ],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'preferred_username'] },
  pkce: { required: () => true },
  cookies: { keys: ['for tests only'] },
  findAccount: (_, id) => ({
    accountId: id,
    claims: async () => ({ sub: id, preferred_username: id, ...PEOPLE[id] }),
  }),
})
// A provider that confuses two people.
provider.use(async (ctx, next) => {
  await next()
  if (ctx.oidc?.route === 'userinfo' && ctx.body.sub === 'liar')
    ctx.body = { ...ctx.body, sub: 'somebody else' }
})
provider.listen(Number(port), '127.0.0.1', () => console.log('ready'))
