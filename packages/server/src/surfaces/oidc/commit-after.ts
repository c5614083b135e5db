import { createHash } from 'node:crypto'
import type { KoaContextWithOIDC } from 'oidc-provider'
import { asProblem, oauthError } from '../../problem/index.ts'
import { beginsSession } from './interactions.ts'
import type { CommitOutcome, LoginResult, OidcNeeds } from './needs.ts'
import type { protocolPages } from './protocol-pages.ts'
import { currentUnit } from './unit-of-work.ts'
import type { UnitOfWork } from './unit-of-work.ts'

type Next = () => Promise<unknown>
type RenderError = ReturnType<typeof protocolPages>['renderError']

/**
 * Runs the engine, then writes everything it wanted in one transaction, then lets the answer go. An answer that promises
 * something which lost a race is replaced: nobody hears of a token that was not kept.
 */
export function commitAfter(needs: OidcNeeds, renderError: RenderError) {
  return async (ctx: KoaContextWithOIDC, next: Next): Promise<void> => {
    await next()
    const unit = currentUnit()
    if (ctx.status >= 500) return
    if (ctx.oidc?.route === 'token' && ctx.status !== 200) unit.refuse()
    noteBegun(ctx, unit)
    await noteVisit(ctx, unit)
    noteAnswer(ctx, unit)
    await noteJoined(ctx, unit)
    noteEvents(ctx, unit)
    const { changes, events, also } = unit
    if (changes.length === 0 && events.length === 0 && also.length === 0) return
    try {
      answerOutcome(ctx, await needs.commit(unit.work(), unit.facts), unit)
    } catch (error) {
      needs.logError('protocol commit failed', error)
      await answerFailure(ctx, renderError, error)
    }
  }
}

/** The sign-in pages are done and this request turns their result into a session. */
function noteBegun(ctx: KoaContextWithOIDC, unit: UnitOfWork): void {
  const login: unknown = ctx.oidc?.result?.login
  const session = ctx.oidc?.session
  const isSaved = unit.changes.some((change) => change.kind === 'save' && change.model === 'Session')
  if (login === undefined || !session || !isSaved || !beginsSession(ctx)) return
  unit.begun = { login: login as LoginResult, sessionUid: session.uid }
}

/**
 * Only a visit of the person is a use of the session: a page that they went to, which then got its code. A silent request,
 * a frame or a script of an application that stays open does not keep the session alive, and neither do tokens (SE10).
 */
async function noteVisit(ctx: KoaContextWithOIDC, unit: UnitOfWork): Promise<void> {
  if (ctx.oidc?.route !== 'authorization' || ctx.oidc.entities.AuthorizationCode === undefined) return
  const { session, prompts } = ctx.oidc
  const goal = ctx.get('sec-fetch-dest')
  if (prompts.has('none') || (goal !== '' && goal !== 'document') || session?.accountId === undefined) return
  const account = await unit.findAccount(session.accountId, session.uid)
  if (account?.noteSeen) unit.also.push(account.noteSeen)
}

/** An application that was given a code, and has an address for the news that the session has ended. */
async function noteJoined(ctx: KoaContextWithOIDC, unit: UnitOfWork): Promise<void> {
  const { client, session, entities } = (ctx.oidc as KoaContextWithOIDC['oidc'] | undefined) ?? {}
  if (!client || !session?.accountId || entities?.AuthorizationCode === undefined) return
  const registered = await unit.findClient(client.clientId)
  const clientSid = session.sidFor(client.clientId)
  if (registered?.settings.backchannelLogoutUri === undefined || clientSid === undefined) return
  unit.joined = { clientId: client.clientId, clientSid, sessionUid: session.uid, subjectId: session.accountId }
}

/** What an equal request of the next seconds may hear instead of being refused. */
function noteAnswer(ctx: KoaContextWithOIDC, unit: UnitOfWork): void {
  const spent = unit.changes.find((change) => change.kind === 'consume' && change.model === 'RefreshToken')
  if (spent?.kind !== 'consume' || ctx.status !== 200) return
  const { params, client } = ctx.oidc
  const wish = [params?.['scope'], params?.['resource']]
  unit.answer = {
    refreshToken: spent.id,
    sharedWith: JSON.stringify([client?.clientId, client?.clientAuthMethod, provedKey(ctx), wish]),
    body: ctx.body as Readonly<Record<string, unknown>>,
  }
}

/** The key of a DPoP proof that the engine has found good, by its hash. */
function provedKey(ctx: KoaContextWithOIDC): string | undefined {
  const [header = ''] = ctx.get('dpop').split('.')
  if (header === '') return undefined
  const { jwk } = JSON.parse(Buffer.from(header, 'base64url').toString('utf8')) as { jwk?: Record<string, unknown> }
  const members = Object.entries(jwk ?? {}).toSorted(([one], [other]) => (one < other ? -1 : 1))
  return createHash('sha256').update(JSON.stringify(members)).digest('base64url')
}

function noteEvents(ctx: KoaContextWithOIDC, unit: UnitOfWork): void {
  // Absent where no route of the engine matched, which its types do not say.
  const oidc = ctx.oidc as KoaContextWithOIDC['oidc'] | undefined
  if (oidc === undefined) return
  const clientId = oidc.client?.clientId
  const who = { clientId, subjectId: oidc.account?.accountId }
  if (oidc.route === 'token') {
    const grantType = oidc.params?.['grant_type']
    if (ctx.status === 200) {
      unit.events.push({ subject: 'access_token', action: 'issued', ...who, payload: { grant_type: grantType } })
      return
    }
    const isReuse = /already (?:used|consumed)/.test(unit.refusal?.detail ?? '')
    const ended = unit.changes.flatMap((change) => (change.kind === 'revoke_grant' ? [change.grantId] : []))
    for (const grantId of isReuse ? ended : []) {
      const payload = { grant_id: grantId }
      unit.events.push({ subject: 'tokens', action: 'revoked', reason: 'token.reused', ...who, payload })
    }
    unit.events.push({
      subject: 'access_token',
      action: 'denied',
      ...who,
      ...(isReuse ? { reason: 'token.reused' as const } : {}),
      payload: { grant_type: typeof grantType === 'string' ? grantType : undefined, ...unit.refusal },
    })
    return
  }
  const isAuthorization = oidc.route === 'authorization' || oidc.route === 'resume'
  if (isAuthorization && oidc.entities.AuthorizationCode !== undefined) {
    unit.events.push({
      subject: 'authorization_code',
      action: 'issued',
      ...who,
      sessionId: oidc.session?.uid,
      correlationId: oidc.entities.Interaction?.cid,
    })
  }
  // The page also offers to stay.
  const isConfirmed = oidc.route === 'end_session_confirm' && Boolean(oidc.params?.['logout'])
  const isSignedOut = isConfirmed || oidc.route === 'end_session'
  if (isSignedOut && ctx.status === 303) {
    const subjectId = oidc.session?.accountId
    if (subjectId !== undefined) {
      unit.events.push({
        subject: 'session',
        action: 'revoked',
        reason: 'sign_out.by_user',
        subjectId,
        sessionId: oidc.session?.uid,
        clientId,
      })
    }
  }
}

/** Another request has shown the same assertion or the same proof of a key at this very moment. */
function answerReplay(ctx: KoaContextWithOIDC): void {
  if (ctx.oidc.route === 'userinfo') {
    ctx.status = 401
    ctx.set('www-authenticate', 'DPoP error="invalid_token"')
    ctx.body = { error: 'invalid_token', error_description: 'invalid token provided' }
    return
  }
  const isAssertion = ctx.oidc.client?.clientAuthMethod === 'private_key_jwt'
  ctx.status = isAssertion ? 401 : 400
  ctx.body = isAssertion
    ? { error: 'invalid_client', error_description: 'client authentication failed' }
    : { error: 'invalid_grant', error_description: 'grant request is invalid' }
}

interface BusyAnswer {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: { readonly error: string; readonly error_description: string }
}

/** Having no room, or no database, is answered with when to come again. @returns undefined for any other error */
export function busyAnswer(error: unknown): BusyAnswer | undefined {
  const problem = asProblem(error)
  if (problem.row.status !== 503) return undefined
  const { status, headers, body } = oauthError(problem, '')
  return {
    status,
    headers: { ...headers },
    body: { error: String(body['error']), error_description: String(body['error_description']) },
  }
}

/** Nothing was written, so nothing that was promised may leave: no token, no cookie, no redirect. */
async function answerFailure(ctx: KoaContextWithOIDC, renderError: RenderError, error: unknown): Promise<void> {
  const busy = busyAnswer(error)
  const out = busy?.body ?? { error: 'server_error', error_description: 'the request could not be completed' }
  for (const name of ['set-cookie', 'location']) ctx.remove(name)
  ctx.status = busy?.status ?? 500
  if (busy) ctx.set(busy.headers)
  if (isForBrowsers.has(ctx.oidc?.route ?? '')) await renderError(ctx, out)
  else ctx.body = out
}

const isForBrowsers: ReadonlySet<string> = new Set([
  'authorization',
  'resume',
  'end_session',
  'end_session_confirm',
  'end_session_success',
])

function answerOutcome(ctx: KoaContextWithOIDC, outcome: CommitOutcome, unit: UnitOfWork): void {
  switch (outcome.kind) {
    case 'committed':
      return
    case 'answered':
      ctx.body = outcome.body
      return
    case 'lost':
    case 'ended':
      if (outcome.kind === 'lost' && outcome.model === 'ReplayDetection') {
        answerReplay(ctx)
        return
      }
      if (ctx.oidc?.route === 'token') {
        ctx.status = 400
        ctx.body = { error: 'invalid_grant', error_description: 'grant request is invalid' }
        return
      }
      // A browser on its way back: begin again rather than continue with something that is not there.
      ctx.status = 303
      ctx.remove('set-cookie')
      ctx.redirect(`${unit.issuer.path}/sign-in/expired`)
      ctx.body = ''
      return
    default:
      outcome satisfies never
  }
}
