import { generateKeyPairSync } from 'node:crypto'
import type { LightMyRequestResponse } from 'fastify'
import { expect, vi } from 'vitest'
import type { Provision } from '../features/provisioning/index.ts'
import type { User } from '../features/users/index.ts'
import { authorization, issuerPath, tokenRequest } from './browser.ts'
import type { Browser, Page, TokenAnswer } from './browser.ts'
import { openServer, origin, portal, provisioned } from './open-server.ts'
import type { TestServer } from './open-server.ts'

export const issuer = `${origin}${issuerPath}`
export const portalApi = 'http://portal.localhost:4100/api'

export interface TestClient {
  readonly clientId: string
  readonly secret: string
  readonly redirectUri: string
}

/** Another confidential application of the same workspace. */
export const reports: TestClient = {
  clientId: 'reports',
  secret: 'r'.repeat(40),
  redirectUri: 'http://reports.localhost:4200/callback',
}
/** A public web application on localhost. */
export const kiosk: TestClient = { clientId: 'kiosk', secret: '', redirectUri: 'http://localhost:4300/callback' }
/** An API that only asks about tokens. */
export const gateway: TestClient = { clientId: 'gateway', secret: 'g'.repeat(40), redirectUri: '' }

/** A confidential application of employees: pushes its requests and binds its tokens to a key. */
export const staff: TestClient = {
  clientId: 'staff',
  secret: 's'.repeat(40),
  redirectUri: 'http://staff.localhost:4400/callback',
}
/** An application that lets itself be answered by a form only. */
export const press: TestClient = {
  clientId: 'press',
  secret: 'n'.repeat(40),
  redirectUri: 'http://press.localhost:4500/callback',
}

const ledgerKeys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const rsaKeys = generateKeyPairSync('rsa', { modulusLength: 2048 })
/** An application that proves itself with a key, and an RSA key of its own that is registered too. */
export const ledger = { clientId: 'ledger', privateKey: ledgerKeys.privateKey, rsaPrivateKey: rsaKeys.privateKey }

/** Any text, where only its presence is promised. */
export const anyText: unknown = expect.any(String)

export const username = 'protocol.pat'
export const password = 'protocol-pat-password'

export interface Protocol {
  readonly house: TestServer
  /** The person of `username`. */
  readonly user: User
  /** Both our clock and the engine's, which reads the machine's. */
  passTime(seconds: number): void
  post(
    path: string,
    fields: Readonly<Record<string, string>> | string,
    client?: TestClient | typeof portal,
    headers?: Readonly<Record<string, string>>,
  ): Promise<LightMyRequestResponse>
  userinfo(token: unknown, path?: string): Promise<LightMyRequestResponse>
  /** Signs in where needed and gives the code that comes back. */
  codeFor(browser: Browser, extra?: Readonly<Record<string, string>>, path?: string): Promise<Grant>
  /** From the first redirect to the tokens. */
  tokensFor(browser: Browser, extra?: Readonly<Record<string, string>>): Promise<TokenAnswer['body']>
  refresh(token: unknown, extra?: Readonly<Record<string, string>>, client?: typeof portal): Promise<TokenAnswer>
  close(): Promise<void>
}

export interface Grant {
  readonly code: string
  readonly verifier: string
  readonly page: Page
}

/** The whole server with applications of every kind, and one clock for all of it. */
export async function openProtocol({
  environment = {},
  clients = [],
  workspaces = provisioned.workspaces,
  backchannelLogoutUri,
}: {
  /** Settings of the server beyond the usual ones. */
  readonly environment?: Readonly<Record<string, string>>
  readonly clients?: NonNullable<Provision['clients']>
  readonly workspaces?: Provision['workspaces']
  /** Of the portal. */
  readonly backchannelLogoutUri?: string
} = {}): Promise<Protocol> {
  // The engine asks `Date`, not our clock; timers stay real.
  vi.useFakeTimers({ toFake: ['Date'] })
  const house = await openServer({
    environment,
    provision: {
      ...provisioned,
      workspaces,
      clients: [
        ...(provisioned.clients ?? []).map((client) =>
          client.id === portal.clientId && backchannelLogoutUri !== undefined
            ? { ...client, backchannelLogoutUri }
            : client,
        ),
        ...clients,
        {
          id: reports.clientId,
          workspace: 'portal',
          name: 'Reports',
          secret: reports.secret,
          authentication: 'client_secret_post',
          grantTypes: ['authorization_code', 'refresh_token'],
          redirectUris: [reports.redirectUri],
          scopes: ['openid', 'profile'],
          isFirstParty: true,
        },
        {
          id: kiosk.clientId,
          workspace: 'portal',
          name: 'Kiosk',
          authentication: 'none',
          grantTypes: ['authorization_code', 'refresh_token'],
          redirectUris: [kiosk.redirectUri],
          scopes: ['openid'],
          isFirstParty: true,
        },
        {
          id: staff.clientId,
          workspace: 'portal',
          name: 'Staff',
          secret: staff.secret,
          authentication: 'client_secret_basic',
          grantTypes: ['authorization_code', 'refresh_token'],
          redirectUris: [staff.redirectUri],
          scopes: ['openid', 'profile', 'invoices:read'],
          isFirstParty: true,
          requiresPushedRequests: true,
          requiresDpop: true,
        },
        {
          id: press.clientId,
          workspace: 'portal',
          name: 'Press',
          secret: press.secret,
          authentication: 'client_secret_basic',
          grantTypes: ['authorization_code'],
          redirectUris: [press.redirectUri],
          scopes: ['openid'],
          isFirstParty: true,
          responseModes: ['form_post'],
        },
        {
          id: gateway.clientId,
          workspace: 'portal',
          name: 'Gateway',
          secret: gateway.secret,
          authentication: 'client_secret_basic',
          grantTypes: ['client_credentials'],
          scopes: ['invoices:read'],
          apiAudiences: [portalApi],
        },
        {
          id: ledger.clientId,
          workspace: 'portal',
          name: 'Ledger',
          authentication: 'private_key_jwt',
          grantTypes: ['client_credentials'],
          scopes: ['invoices:read'],
          jwks: {
            keys: [
              { ...ledgerKeys.publicKey.export({ format: 'jwk' }), kid: 'ec', use: 'sig', alg: 'ES256' },
              { ...rsaKeys.publicKey.export({ format: 'jwk' }), kid: 'rsa', use: 'sig', alg: 'PS256' },
            ],
          },
        },
      ],
    },
  })
  const user = await house.addPoolUser({ biller: 'newtown', username, password, email: 'pat@new.example' })
  const { app } = house.server

  async function codeFor(
    browser: Browser,
    extra: Readonly<Record<string, string>> = {},
    path = issuerPath,
  ): Promise<Grant> {
    const { url, verifier } = authorization(extra, path)
    let page = await browser.get(url)
    if (page.status === 200) page = await browser.submit(page, { username }, '/username')
    if (page.status === 200) page = await browser.submit(page, { password }, '/password')
    const code = new URL(page.url).searchParams.get('code')
    if (code === null) throw new Error(`no code: ${page.status} ${page.url}`)
    return { code, verifier, page }
  }

  return {
    house,
    user,
    codeFor,
    passTime(seconds) {
      house.clock.move({ seconds })
      vi.setSystemTime(house.clock.now())
    },
    post: (path, fields, client, headers = {}) =>
      app.inject({
        method: 'POST',
        url: path,
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          ...(client === undefined ? {} : { authorization: basic(client) }),
          ...headers,
        },
        payload: typeof fields === 'string' ? fields : new URLSearchParams(fields).toString(),
      }),
    userinfo: (token, path = issuerPath) =>
      app.inject({ url: `${path}/userinfo`, headers: { authorization: `Bearer ${String(token)}` } }),
    async tokensFor(browser, extra = {}) {
      const { code, verifier } = await codeFor(browser, extra)
      const answer = await tokenRequest(app, {
        grant_type: 'authorization_code',
        code,
        code_verifier: verifier,
        redirect_uri: portal.redirectUri,
      })
      if (answer.status !== 200) throw new Error(`no tokens: ${JSON.stringify(answer.body)}`)
      return answer.body
    },
    refresh: (token, extra = {}, client = portal) =>
      tokenRequest(app, { grant_type: 'refresh_token', refresh_token: String(token), ...extra }, client),
    async close() {
      await house.close()
      vi.useRealTimers()
    },
  }
}

export const basic = ({ clientId, secret }: { readonly clientId: string; readonly secret: string }): string =>
  `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`

/** Header and claims of a JWT, its signature unread. */
export function partsOf(token: unknown): { header: Record<string, unknown>; claims: Record<string, unknown> } {
  const [header = '', claims = ''] = String(token).split('.')
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Record<string, unknown>
  return { header: read(header), claims: read(claims) }
}
