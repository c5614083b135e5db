import fc from 'fast-check'
import { Browser, authorization, issuerPath, tokenRequest } from '../browser.ts'
import { crm, openServer, portal, tenantId } from '../open-server.ts'
import { hold, nearly, textsLike } from './target.ts'
import type { FuzzTarget } from './target.ts'

/** Parsers that stand behind a route: tokens, forms, cookies and headers, through the whole server. */
export async function openRequestTargets(): Promise<{
  readonly targets: readonly FuzzTarget[]
  close(): Promise<void>
}> {
  const house = await openServer()
  const { app } = house.server
  const good = await systemToken()
  const page = await new Browser(app).get(authorization().url)
  const flow = new URL(page.url).pathname

  async function systemToken(): Promise<string> {
    const { body } = await tokenRequest(app, { grant_type: 'client_credentials' }, crm, `/${tenantId}/system`)
    return String(body['access_token'])
  }

  /** A refusal is an answer; a failure of ours is a broken promise. */
  function outcome(status: number, where: string): string {
    hold(status < 500, `${where} answers ${status}`)
    return `${where}: ${status}`
  }

  const [header = '', claims = '', signature = ''] = good.split('.')
  const tokens: FuzzTarget = {
    name: 'tokens',
    inputs: nearly(
      [
        good,
        `${header}.${claims}.`,
        `${header}.${claims}`,
        `${header}..${signature}`,
        `${header}.${claims}.${signature}.a.b`,
        '{header}.{claims}.{signature}',
      ],
      [
        '.',
        '=',
        'A',
        '_',
        '-',
        '+',
        '/',
        'eyJhbGciOiJub25lIn0',
        '{header}',
        '{claims}',
        '{signature}',
        header,
        claims,
        signature,
        '%2e',
      ],
    ),
    runs: 150,
    async read(text) {
      // A kept input says with these words that it has a good token in it: each server has its own.
      const token = text
        .replaceAll('{header}', header)
        .replaceAll('{claims}', claims)
        .replaceAll('{signature}', signature)
      // What no header can carry is no request.
      if (/[^\x20-\x7e]/.test(token)) return 'no header'
      const response = await app.inject({
        url: `/api/system/${tenantId}/organizations/newtown`,
        headers: { authorization: `Bearer ${token}` },
      })
      hold(response.statusCode === 401 || token.trim() === good, 'one token is good, and nothing that is nearly it')
      const about = await app.inject({
        method: 'POST',
        url: `/${tenantId}/system/oauth2/introspect`,
        headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: basicOf(crm) },
        payload: new URLSearchParams({ token }).toString(),
      })
      const isActive = about.statusCode === 200 && about.json<{ active: boolean }>().active
      hold(!isActive || token === good, 'introspection knows that one token only')
      return `${outcome(response.statusCode, 'API')}, ${outcome(about.statusCode, 'introspection')}`
    },
  }

  const forms: FuzzTarget = {
    name: 'forms',
    inputs: textsLike(
      [
        'username=alice',
        'username=alice&password=x',
        'username[]=a&username[]=b',
        'username=a&username=b',
        'username=%41%zz',
      ],
      ['username', '=', '&', '%', '[]', '[$ne]', '[__proto__]', '+', ';', '%00', '%ff', '\u0000', 'password'],
    ),
    runs: 200,
    async read(body) {
      const response = await app.inject({
        method: 'POST',
        url: `${flow}/username`,
        headers: {
          host: 'localhost:4000',
          origin: 'http://localhost:4000',
          cookie: [...cookiesOf],
          'content-type': 'application/x-www-form-urlencoded',
        },
        payload: Buffer.from(body, 'utf8'),
      })
      const token = await app.inject({
        method: 'POST',
        url: `${issuerPath}/oauth2/token`,
        headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: basicOf(portal) },
        payload: Buffer.from(body, 'utf8'),
      })
      hold(token.statusCode !== 200, 'no form of chance gets tokens')
      return `${outcome(response.statusCode, 'page')}, ${outcome(token.statusCode, 'token')}`
    },
  }
  const cookiesOf = [...(await cookieJar())]

  async function cookieJar(): Promise<string[]> {
    const browser = new Browser(app)
    await browser.get(page.url)
    return [...browser.cookies].map(([name, value]) => `${name}=${value}`)
  }

  const headers: FuzzTarget = {
    name: 'headers',
    inputs: fc
      .tuple(
        fc.constantFrom(
          'cookie',
          'x-forwarded-for',
          'authorization',
          'accept-language',
          'content-type',
          'if-match',
          'dpop',
          'forwarded',
        ),
        textsLike(
          [
            'language=es; gatehouse=x',
            '192.0.2.1, 10.0.0.1',
            'Basic cG9ydGFsOng=',
            'en;q=1',
            'application/json',
            '"1"',
            good,
          ],
          ['=', ';', ',', '"', 'Basic ', 'Bearer ', 'DPoP ', 'q=', '%', 'charset=', 'multipart/form-data; boundary='],
        ),
      )
      .map(([name, value]) => `${name}: ${value}`),
    runs: 200,
    async read(line) {
      const colon = line.indexOf(': ')
      const [name, value] = [line.slice(0, colon), line.slice(colon + 2)]
      if (/[^\x20-\x7e]/.test(value)) return 'no header'
      const { url } = authorization()
      const about = { url, headers: { host: 'localhost:4000', [name]: value } }
      const begun = await app.inject(about)
      const posted = await app.inject({ ...about, method: 'POST', url: `${issuerPath}/oauth2/token`, payload: '{}' })
      const asked = await app.inject({ ...about, url: `/api/system/${tenantId}/organizations/newtown` })
      hold(posted.statusCode !== 200, 'no header gets tokens')
      hold(asked.statusCode === 401 || value.includes(good), 'no header opens the API')
      return [
        outcome(begun.statusCode, 'begin'),
        outcome(posted.statusCode, 'token'),
        outcome(asked.statusCode, 'API'),
      ].join(', ')
    },
  }

  return { targets: [tokens, forms, headers], close: () => house.close() }
}

const basicOf = ({ clientId, secret }: { readonly clientId: string; readonly secret: string }): string =>
  `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`
