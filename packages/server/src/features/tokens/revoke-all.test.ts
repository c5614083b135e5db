import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Browser, authorization, tokenRequest } from '../../testing/browser.ts'
import type { Page } from '../../testing/browser.ts'
import { openProtocol, password, username } from '../../testing/open-protocol.ts'
import type { Protocol } from '../../testing/open-protocol.ts'
import { origin, tenantId } from '../../testing/open-server.ts'

const office = { clientId: 'office', secret: 'o'.repeat(40) }
let protocol: Protocol

beforeAll(async () => {
  protocol = await openProtocol({
    clients: [
      {
        id: office.clientId,
        workspace: 'system',
        name: 'Office',
        secret: office.secret,
        authentication: 'client_secret_basic',
        grantTypes: ['client_credentials'],
        scopes: ['revoke_tokens'],
      },
    ],
  })
})
afterAll(() => protocol.close())

async function revoke(path: string, payload: object): Promise<number> {
  const { app } = protocol.house.server
  const fields = { grant_type: 'client_credentials', scope: 'revoke_tokens', resource: `${origin}/api` }
  const { body } = await tokenRequest(app, fields, office, `/${tenantId}/system`)
  const response = await app.inject({
    method: 'DELETE',
    url: `/api/system/${tenantId}${path}`,
    headers: { authorization: `Bearer ${String(body['access_token'])}` },
    payload,
  })
  return response.statusCode
}

const ofPool = (): string => `/pools/${protocol.user.poolId}/tokens`
const ofWorkspace = (): string => '/servers/portal/tokens'

describe.each([
  ['the pool', ofPool, 'users'],
  ['the workspace', ofWorkspace, 'subjects'],
] as const)('a person whose tokens are revoked by %s', (_, path: () => string, field) => {
  it('has none that works at the very next request, is asked for proof anew, and may give it', async () => {
    const browser = new Browser(protocol.house.server.app)
    const tokens = await protocol.tokensFor(browser)
    const waiting = await protocol.codeFor(browser)
    expect((await protocol.userinfo(tokens['access_token'])).statusCode).toBe(200)

    expect(await revoke(path(), { [field]: [protocol.user.userId] })).toBe(204)

    expect((await protocol.userinfo(tokens['access_token'])).statusCode).toBe(401)
    expect((await protocol.refresh(tokens['refresh_token'])).body).toMatchObject({ error: 'invalid_grant' })
    const late = await tokenRequest(protocol.house.server.app, {
      grant_type: 'authorization_code',
      code: waiting.code,
      code_verifier: waiting.verifier,
      redirect_uri: 'http://portal.localhost:4100/callback',
    })
    expect(late.body).toMatchObject({ error: 'invalid_grant' })
    expect((await browser.get(authorization().url)).url).toContain('/sign-in/')
    const again = await protocol.tokensFor(browser)
    expect((await protocol.userinfo(again['access_token'])).statusCode).toBe(200)
  })

  it('may go on with a sign-in that has not proved anything yet', async () => {
    const browser = new Browser(protocol.house.server.app)
    let page: Page = await browser.get(authorization().url)
    page = await browser.submit(page, { username }, '/username')
    expect(await revoke(path(), { [field]: [protocol.user.userId] })).toBe(204)
    page = await browser.submit(page, { password }, '/password')
    expect(new URL(page.url).searchParams.get('code')).not.toBeNull()
  })
})
