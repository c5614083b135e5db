import Provider, { errors } from 'oidc-provider'
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider'
import { adapterFor } from './adapter.ts'
import { claimsByScope } from './claims.ts'
import { ownMetadata } from './clients.ts'
import { allowRegisteredOrigins } from './cross-origin.ts'
import { beginsSession, isFirstParty, loginPolicy } from './interactions.ts'
import { lifetimes } from './lifetimes.ts'
import { NativeKey } from './native-key.ts'
import type { ConsentedScopes, OidcIssuer, OidcNeeds } from './needs.ts'
import { resourceIndicators } from './resources.ts'
import { currentUnit, isOffline, useOf } from './unit-of-work.ts'
import { busyAnswer, commitAfter } from './commit-after.ts'
import { structuredTokens } from './structured-tokens.ts'
import { nameFormTarget, passSignedOut, protocolPages } from './protocol-pages.ts'

/** The cookie's name says which issuer it is of; `__Host-` binds it to this origin (RFC 6265bis §4.1.3.2). */
export const cookieName = (
  needs: Pick<OidcNeeds, 'isSecure'>,
  issuer: Pick<OidcIssuer, 'path'>,
  name: string,
): string => `${needs.isSecure ? '__Host-' : ''}${issuer.path.slice(1).replace('/', '.')}.${name}`

/** The protocol engine of one issuer. Cheap to make; a changed key set or setting makes a new one. */
export async function createProvider(needs: OidcNeeds, issuer: OidcIssuer): Promise<Provider> {
  const keys = await needs.signingKeys(issuer)
  const structured = structuredTokens(needs, issuer, keys)
  const pages = protocolPages(needs, issuer)
  const cookie = { httpOnly: true, sameSite: 'lax', secure: needs.isSecure, signed: false } as const
  const configuration: Configuration = {
    adapter: (model: string) => adapterFor(needs, model, structured.asStored),
    jwks: { keys: keys.map((key) => new NativeKey(key)) },
    clientDefaults: { id_token_signed_response_alg: 'ES256', token_endpoint_auth_method: 'client_secret_basic' },
    clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    enabledJWA: {
      idTokenSigningAlgValues: ['ES256'],
      clientAuthSigningAlgValues: ['ES256', 'PS256', 'EdDSA'],
      dPoPSigningAlgValues: ['ES256', 'EdDSA', 'Ed25519'],
    },
    extraClientMetadata: { properties: [...ownMetadata] },
    extraParams: ['organization'],
    acrValues: issuer.acrs.map(({ name }) => name),
    responseTypes: ['code'],
    pkce: { required: () => true },
    scopes: [...Object.keys(claimsByScope), 'offline_access'],
    claims: Object.fromEntries(Object.entries(claimsByScope).map(([scope, claims]) => [scope, [...claims]])),
    conformIdTokenClaims: false,
    rotateRefreshToken: true,
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    expiresWithSession: async (_ctx, { scope }) => !isOffline(scope),
    allowOmittingSingleRegisteredRedirectUri: false,
    subjectTypes: ['public'],
    // Scripts of a browser application read answers that are for it, and those of nobody else (HD10).
    clientBasedCORS: (_ctx, from, client) => isOriginOf(client, from),
    assertJwtClientAuthClaimsAndHeader: async (ctx, claims) => assertAssertion(needs, ctx.oidc.issuer, claims),
    routes: {
      authorization: '/oauth2/authorize',
      token: '/oauth2/token',
      userinfo: '/userinfo',
      jwks: '/.well-known/jwks.json',
      revocation: '/oauth2/revoke',
      introspection: '/oauth2/introspect',
      end_session: '/oidc/logout',
      pushed_authorization_request: '/oauth2/par',
    },
    cookies: {
      names: {
        session: cookieName(needs, issuer, 'session'),
        // Bound to the path of one flow, so `__Host-` (which wants the path /) cannot be asked of them.
        interaction: `${issuer.path.slice(1).replace('/', '.')}.interaction`,
        resume: `${issuer.path.slice(1).replace('/', '.')}.resume`,
      },
      long: { ...cookie, path: '/' },
      short: cookie,
    },
    interactions: {
      policy: loginPolicy(needs),
      url: (ctx, interaction) => startFlow(needs, ctx, interaction),
    },
    loadExistingGrant: (ctx) => grantFor(needs, ctx),
    async findAccount(ctx, subject, token) {
      const uid = sessionUidOf(ctx, token)
      const use = token === undefined ? 'session' : useOf(token)
      const account = await currentUnit().findAccount(subject, uid, use)
      return (
        account && {
          accountId: account.subject,
          offlineSeconds: account.offlineSeconds,
          claims: async () => ({ sub: account.subject, ...(await account.claims()) }),
        }
      )
    },
    async extraTokenClaims(ctx, token) {
      if (token.kind !== 'AccessToken') return undefined
      const { sessionUid, grantId } = token as { sessionUid?: string; grantId?: string }
      // An API judges by these whether what was done is enough for what is wanted (RFC 9470 §6).
      const { AuthorizationCode: code, RefreshToken: refreshToken } = ctx.oidc.entities
      const source = code ?? refreshToken ?? {}
      const { acr, authTime } = source as { acr?: string; authTime?: number }
      const mark = useOf(source) === 'offline' ? { offline: true } : {}
      return { sid: sessionUid, grant_id: grantId, acr, auth_time: authTime, ...mark }
    },
    ttl: {
      AccessToken: (_ctx, token) => token.resourceServer?.accessTokenTTL ?? lifetimes.accessToken,
      AuthorizationCode: lifetimes.authorizationCode,
      ClientCredentials: (_ctx, token) => token.resourceServer?.accessTokenTTL ?? lifetimes.accessToken,
      Grant: lifetimes.grant,
      IdToken: lifetimes.idToken,
      Interaction: lifetimes.interaction,
      RefreshToken: (ctx, token) => Math.max(1, endOfFamily(ctx, token, needs.nowSeconds()) - needs.nowSeconds()),
      // The engine asks at every visit; visits do not prolong it (SE10).
      Session: (_ctx, session) =>
        Math.max(1, (session.loginTs ?? needs.nowSeconds()) + longestOf(session) - needs.nowSeconds()),
    },
    features: {
      devInteractions: { enabled: false },
      externalSigningSupport: { enabled: true, ack: 'experimental-01' },
      clientCredentials: { enabled: true },
      introspection: {
        enabled: true,
        allowedPolicy: (_ctx, client, token) => mayIntrospect(client, token),
      },
      revocation: { enabled: true, allowedPolicy: async (_ctx, client, token) => client.clientId === token.clientId },
      resourceIndicators: resourceIndicators(),
      // A nonce of ours in every proof: none can be made in advance (RFC 9449 §8).
      dPoP: { enabled: true, nonceSecret: needs.dpopNonceKey, requireNonce: () => true, allowReplay: false },
      pushedAuthorizationRequests: { enabled: true },
      // Metadata and `sid` only: what is told, and how often, is ours (features/sessions).
      backchannelLogout: { enabled: true },
      ...pages.features,
    },
    renderError: pages.renderError,
  }
  const provider = new Provider(`${needs.origin}${issuer.path}`, configuration)
  provider.proxy = true
  provider.Client.prototype.compareClientSecret = function compareClientSecret(actual: string): boolean {
    const hashes: unknown = Reflect.get(this, 'gatehouseSecretHashes') ?? Reflect.get(this, 'gatehouse_secret_hashes')
    return Array.isArray(hashes) && needs.isSecretOf(hashes as string[], actual)
  }
  // Every ID token names its session, so that one shown at sign-out can be told from one of an earlier session.
  provider.Client.prototype.includeSid = () => true
  provider.use(allowRegisteredOrigins(needs, issuer))
  provider.use(commitAfter(needs, pages.renderError))
  provider.use(structured.serve)
  provider.use(nameFormTarget)
  provider.use(passSignedOut(needs, issuer))
  const refused = (_ctx: unknown, error: Error): void => {
    const { error_detail: detail, error: code } = error as { error_detail?: string; error?: string }
    currentUnit().refusal = { error: code ?? error.message, detail: detail ?? error.message }
  }
  provider.on('grant.error', refused)
  provider.on('authorization.error', refused)
  provider.on('server_error', (ctx, error) => {
    needs.logError('protocol error', error)
    const busy = busyAnswer(error)
    if (!busy) return
    ctx.status = busy.status
    ctx.set(busy.headers)
    // A page stays the one that the engine has made.
    if (typeof ctx.body === 'object') ctx.body = busy.body
  })
  return provider
}

function isOriginOf(client: object, origin: string): boolean {
  const origins: unknown =
    Reflect.get(client, 'gatehouseBrowserOrigins') ?? Reflect.get(client, 'gatehouse_browser_origins')
  return Array.isArray(origins) && origins.includes(origin)
}

/** Unix seconds. Neither rotation nor a policy that grew meanwhile prolongs what was promised. */
function endOfFamily(
  ctx: KoaContextWithOIDC,
  token: { readonly iiat?: number | undefined; readonly authTime?: number | undefined },
  nowSeconds: number,
): number {
  const begun = token.iiat ?? nowSeconds
  if (useOf(token) === 'session') return begun + lifetimes.refreshToken
  const { offlineSeconds = 0 } = (ctx.oidc.account ?? {}) as { readonly offlineSeconds?: number }
  const promised = ctx.oidc.entities.RotatedRefreshToken?.exp ?? Infinity
  return Math.min(promised, (token.authTime ?? begun) + offlineSeconds)
}

/** Without "Stay signed in" the cookie goes with the browser's window: the engine's word for that is transient. */
const longestOf = (session: { readonly transient?: boolean | undefined }): number =>
  session.transient === true ? lifetimes.session : lifetimes.rememberedSession

/**
 * Its own tokens only: these have no audience, so nobody else can be meant. Of a client that was disabled or a person who
 * was ended nothing is active.
 */
async function mayIntrospect(
  client: { readonly clientId: string },
  token: { readonly clientId?: string | undefined },
): Promise<boolean> {
  const unit = currentUnit()
  if (client.clientId !== token.clientId) return false
  if ((await unit.findClient(token.clientId ?? ''))?.isEnabled !== true) return false
  const { accountId, sessionUid } = token as { accountId?: string; sessionUid?: string }
  return accountId === undefined || (await unit.findAccount(accountId, sessionUid, useOf(token))) !== undefined
}

/** What the engine leaves open: one audience, which is the issuer (FAPI 2.0 §5.3.2.1), and a short life. */
function assertAssertion(needs: OidcNeeds, issuer: string, claims: Readonly<Record<string, unknown>>): void {
  const { aud, exp } = claims
  if (aud !== issuer) throw new errors.InvalidClientAuth('the audience must be the issuer')
  const latest = needs.nowSeconds() + lifetimes.clientAssertion
  if (typeof exp !== 'number' || exp > latest) throw new errors.InvalidClientAuth('the assertion lives too long')
}

async function startFlow(
  needs: OidcNeeds,
  ctx: KoaContextWithOIDC,
  interaction: {
    readonly uid: string
    readonly prompt: { readonly name: string; readonly reasons: readonly string[] }
    readonly params: Record<string, unknown>
  },
): Promise<string> {
  const unit = currentUnit()
  if (interaction.prompt.name === 'consent') return `${unit.issuer.path}/consent/${interaction.uid}`
  const started = await needs.startFlow(
    unit.issuer,
    {
      interactionId: interaction.uid,
      clientId: ctx.oidc.client?.clientId ?? '',
      clientName: ctx.oidc.client?.clientName ?? '',
      params: await withKnownName(ctx, interaction.params),
      reasons: interaction.prompt.reasons,
    },
    ctx.get('cookie') || undefined,
    unit.facts,
  )
  if (started.cookie) {
    ctx.cookies.set(started.cookie.name, started.cookie.value, {
      httpOnly: true,
      sameSite: 'lax',
      secure: needs.isSecure,
      signed: false,
      path: '/',
      overwrite: true,
    })
  }
  unit.also.push((tx) => started.write(tx))
  return started.path
}

/** Who proves themselves again need not type their name again (WCAG 2.2, 3.3.7); it is a suggestion like any other. */
async function withKnownName(
  ctx: KoaContextWithOIDC,
  params: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, unknown>>> {
  const { account, session } = ctx.oidc
  if (params['login_hint'] !== undefined || !account || session?.accountId !== account.accountId) return params
  const known = await currentUnit().findAccount(account.accountId, session.uid)
  const name = (await known?.claims())?.['preferred_username']
  return typeof name === 'string' ? { ...params, login_hint: name } : params
}

/**
 * Applications of the same company get what they are registered for without asking the person; others what the person has
 * allowed, now or before.
 */
async function grantFor(needs: OidcNeeds, ctx: KoaContextWithOIDC) {
  const { client, session, account, provider } = ctx.oidc
  if (!client || !account) return undefined
  const existing = ctx.oidc.result?.consent?.grantId ?? session?.grantIdFor(client.clientId)
  const found = existing === undefined ? undefined : await provider.Grant.find(existing)
  const isUsable = found !== undefined && found.accountId === account.accountId
  const grant = isUsable ? found : new provider.Grant({ clientId: client.clientId, accountId: account.accountId })
  const before = JSON.stringify([grant.openid, grant.resources])
  if (!isFirstParty(client)) {
    const allowed = await needs.findConsent(account.accountId, client.clientId)
    if (!isUsable && !allowed) return undefined
    if (allowed) addScopes(grant, allowed)
    if (!isUsable || JSON.stringify([grant.openid, grant.resources]) !== before) await grant.save()
    return grant
  }
  if (ctx.oidc.requestParamOIDCScopes.size > 0) grant.addOIDCScope([...ctx.oidc.requestParamOIDCScopes].join(' '))
  for (const [audience, server] of Object.entries(ctx.oidc.resourceServers ?? {})) {
    const allowed = new Set(server.scope?.split(' '))
    const scopes = [...ctx.oidc.requestParamScopes].filter((scope) => allowed.has(scope))
    if (scopes.length > 0) grant.addResourceScope(audience, scopes.join(' '))
  }
  if (!isUsable || JSON.stringify([grant.openid, grant.resources]) !== before) await grant.save()
  return grant
}

/** Nothing at all asked for one kind leaves that kind as it is. */
export function addScopes(
  grant: { addOIDCScope(scope: string): void; addResourceScope(audience: string, scope: string): void },
  { openid, apis }: ConsentedScopes,
): void {
  if (openid.length > 0) grant.addOIDCScope(openid.join(' '))
  for (const [audience, scopes] of Object.entries(apis)) {
    if (scopes.length > 0) grant.addResourceScope(audience, scopes.join(' '))
  }
}

/** A code or token knows its session; a browser session that is not beginning in this very request is its own. */
function sessionUidOf(ctx: KoaContextWithOIDC, token: unknown): string | undefined {
  if (typeof token === 'object' && token !== null && 'sessionUid' in token) {
    return typeof token.sessionUid === 'string' ? token.sessionUid : undefined
  }
  return beginsSession(ctx) ? undefined : ctx.oidc.session?.uid
}
