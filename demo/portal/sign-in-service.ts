import { createRemoteJWKSet, jwtVerify } from 'jose'
import * as oidc from 'openid-client'

/** Who is signed in, as the sign-in service says. */
export interface Person {
  readonly subject: string
  readonly name: string
  readonly username: string
  readonly email: string | undefined
  readonly organizationId: string
  readonly organizationName: string
  readonly billerGuid: string
  /** `legacy`: the password was checked in the earlier system; `pool`: in the new one. */
  readonly route: string
}

export interface Tokens {
  readonly idToken: string
  readonly refreshToken: string | undefined
  /** Until then nobody needs to be asked whether the session still stands. */
  readonly goodUntilMilliseconds: number
}

export interface SignInSettings {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  readonly redirectUri: string
  readonly postLogoutRedirectUri: string
}

export interface Beginning {
  readonly url: string
  readonly state: string
  readonly nonce: string
  readonly codeVerifier: string
}

export type Renewal =
  | { readonly kind: 'good'; readonly tokens: Tokens }
  | { readonly kind: 'ended' }
  | { readonly kind: 'unreachable' }

/** The sign-in came back with a refusal or with something that does not belong to it. */
export class SignInRefused extends Error {
  override readonly name = 'SignInRefused'
  /** `access_denied` and others of RFC 6749 §4.1.2.1; absent: the answer could not be believed. */
  readonly code: string | undefined

  constructor(code: string | undefined, cause: unknown) {
    super(code ?? 'The answer of the sign-in could not be believed.', { cause })
    this.code = code
  }
}

/** The sign-in service does not answer, or not in a way that can be used. */
export class SignInUnreachable extends Error {
  override readonly name = 'SignInUnreachable'
}

/** The portal's side of OpenID Connect: code with PKCE, state and nonce. Knows nothing of the service but its issuer. */
export interface SignInService {
  /** @throws SignInUnreachable */
  begin(options: { readonly organization?: string; readonly loginHint?: string }): Promise<Beginning>
  /** @throws SignInRefused, SignInUnreachable */
  finish(
    answer: URL,
    expected: { readonly state: string; readonly nonce: string; readonly codeVerifier: string },
  ): Promise<{ readonly person: Person; readonly tokens: Tokens; readonly sid: string | undefined }>
  renew(tokens: Tokens): Promise<Renewal>
  /**
   * @returns the session that has ended, by its `sid`; undefined for anything that is not news of the service for us
   * @see OpenID Connect Back-Channel Logout 1.0 §2.6
   */
  readLogout(token: string): Promise<string | undefined>
  /** @throws SignInUnreachable */
  endUrl(tokens: Tokens, state: string): Promise<string>
}

const scope = 'openid profile email organization'
const timeoutSeconds = 10
const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout'

export function createSignInService(settings: SignInSettings, now: () => number): SignInService {
  let found: Promise<oidc.Configuration> | undefined
  let keys: ReturnType<typeof createRemoteJWKSet> | undefined
  const isPlain = new URL(settings.issuer).protocol === 'http:'

  /** Asked for at the first sign-in, so that the portal may be started before the service. */
  async function configuration(): Promise<oidc.Configuration> {
    found ??= oidc.discovery(
      new URL(settings.issuer),
      settings.clientId,
      { id_token_signed_response_alg: 'ES256' },
      oidc.ClientSecretBasic(settings.clientSecret),
      // oxlint-disable-next-line typescript/no-deprecated -- marked so only to be noticed; plain http is for this machine
      { timeout: timeoutSeconds, execute: isPlain ? [oidc.allowInsecureRequests] : [] },
    )
    try {
      return await found
    } catch (cause) {
      found = undefined
      throw new SignInUnreachable('The sign-in service does not answer.', { cause })
    }
  }

  function tokensOf(response: oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers, before?: Tokens): Tokens {
    return {
      idToken: response.id_token ?? before?.idToken ?? '',
      refreshToken: response.refresh_token ?? before?.refreshToken,
      goodUntilMilliseconds: now() + Math.max(5, (response.expiresIn() ?? 60) - 5) * 1000,
    }
  }

  return {
    async begin({ organization, loginHint }) {
      const config = await configuration()
      const codeVerifier = oidc.randomPKCECodeVerifier()
      const [state, nonce] = [oidc.randomState(), oidc.randomNonce()]
      const url = oidc.buildAuthorizationUrl(config, {
        redirect_uri: settings.redirectUri,
        scope,
        state,
        nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
        ...(organization === undefined ? {} : { organization }),
        ...(loginHint === undefined ? {} : { login_hint: loginHint }),
      })
      return { url: url.href, state, nonce, codeVerifier }
    },

    async finish(answer, { state, nonce, codeVerifier }) {
      const config = await configuration()
      try {
        const response = await oidc.authorizationCodeGrant(config, answer, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: codeVerifier,
          idTokenExpected: true,
        })
        const claims = response.claims()
        const sid = typeof claims?.['sid'] === 'string' ? claims['sid'] : undefined
        return { person: readPerson(claims), tokens: tokensOf(response), sid }
      } catch (cause) {
        if (isAboutTheNet(cause)) throw new SignInUnreachable('The sign-in service does not answer.', { cause })
        throw new SignInRefused(cause instanceof oidc.AuthorizationResponseError ? cause.error : undefined, cause)
      }
    },

    async renew(tokens) {
      if (tokens.refreshToken === undefined) return { kind: 'ended' }
      try {
        const response = await oidc.refreshTokenGrant(await configuration(), tokens.refreshToken)
        return { kind: 'good', tokens: tokensOf(response, tokens) }
      } catch (error) {
        const isRefused = error instanceof oidc.ResponseBodyError && error.error === 'invalid_grant'
        return { kind: isRefused ? 'ended' : 'unreachable' }
      }
    },

    async readLogout(token) {
      const { jwks_uri: keysUri, issuer } = (await configuration()).serverMetadata()
      keys ??= createRemoteJWKSet(new URL(keysUri ?? ''))
      try {
        const { payload } = await jwtVerify(token, keys, {
          issuer,
          audience: settings.clientId,
          typ: 'logout+jwt',
          algorithms: ['ES256'],
          requiredClaims: ['iat', 'exp', 'jti', 'events'],
          currentDate: new Date(now()),
        })
        const isNews = Object.keys(payload['events'] ?? {}).includes(logoutEvent) && payload['nonce'] === undefined
        return isNews && typeof payload['sid'] === 'string' ? payload['sid'] : undefined
      } catch {
        return undefined
      }
    },

    async endUrl({ idToken }, state) {
      return oidc.buildEndSessionUrl(await configuration(), {
        id_token_hint: idToken,
        post_logout_redirect_uri: settings.postLogoutRedirectUri,
        state,
      }).href
    },
  }
}

/** No answer, a slow one, or one of a server in trouble; not a wrong one. */
function isAboutTheNet(error: unknown): boolean {
  if (error instanceof oidc.ResponseBodyError) return error.status >= 500
  const { code } = error as { code?: unknown }
  return error instanceof TypeError || code === 'OAUTH_TIMEOUT' || code === 'OAUTH_RESPONSE_IS_NOT_CONFORM'
}

/** @throws Error when the service leaves out who it is or for which biller; without both there is nothing to show */
function readPerson(claims: oidc.IDToken | undefined): Person {
  const text = (name: string): string | undefined => {
    const value = claims?.[name]
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  const [subject, organizationId] = [text('sub'), text('organization_id')]
  if (subject === undefined || organizationId === undefined) throw new Error('The ID token has no organization_id.')
  const username = text('preferred_username') ?? text('email') ?? subject
  return {
    subject,
    username,
    name: text('name') ?? username,
    email: text('email'),
    organizationId,
    organizationName: text('organization_name') ?? organizationId,
    billerGuid: text('biller_guid') ?? organizationId,
    route: text('sign_in_route') ?? '',
  }
}
