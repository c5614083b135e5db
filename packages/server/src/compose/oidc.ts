import { accountClient, accountClientId } from '../features/account/index.ts'
import { recallBiller } from '../features/billers/index.ts'
import { oidcPages } from '../features/branding/index.ts'
import {
  isSecretOf,
  recallBrowserOrigins,
  recallClient,
  recallResources,
  validSecretHashes,
} from '../features/clients/index.ts'
import { findConsent } from '../features/consents/index.ts'
import { applyWork, commitWork, findArtifact, findSessionArtifact, isTokenRevoked } from '../features/grants/index.ts'
import { findLiveUser, findSessionRules, noteSeen, seenEverySeconds } from '../features/sessions/index.ts'
import type { LiveUser } from '../features/sessions/index.ts'
import { knownBrowsers, startFlow, workChallenges } from '../features/sign-in/index.ts'
import type { Proof, SignInFlow, SignInNeeds } from '../features/sign-in/index.ts'
import { loginPageOf, organizationId, recallIssuer, recallOrganization } from '../features/tenancy/index.ts'
import type { Issuer } from '../features/tenancy/index.ts'
import { findUsername, selectAddresses, userId } from '../features/users/index.ts'
import type { User } from '../features/users/index.ts'
import { addSeconds } from '../platform/clock/index.ts'
import type { Tx } from '../platform/db/index.ts'
import { asProblem, Problem } from '../problem/index.ts'
import { cookieName, oidcSurface, usualAcrs } from '../surfaces/oidc/index.ts'
import type { OidcIssuer, OidcNeeds } from '../surfaces/oidc/index.ts'
import { logProblem } from '../surfaces/log-problem.ts'
import type { Parts } from './parts.ts'

/** The protocol and the sign-in it waits for: each begins what the other ends. */
export function composeOidc(parts: Parts) {
  const { config, db, clock, random, vault, needs, jobs, log } = parts
  const { admission, announceLogout, assets, dpopNonceKey, ending, hasher, homeOf, keyring, keys, refusals } = parts
  const { loginStates, startAgainHref, stores, throttle, throttleKey } = parts

  async function startAgainAt(issuerPath: string): Promise<string> {
    const [, tenantId = '', segment = ''] = issuerPath.split('/')
    const issuer = await recallIssuer(db.reader, tenantId, segment)
    return issuer ? startAgainHref(issuer) : config.origin
  }

  const oidcIssuer = (issuer: Issuer): OidcIssuer => ({
    tenantId: issuer.workspace.tenantId,
    workspaceId: issuer.workspace.workspaceId,
    organizationId: issuer.organization?.organizationId,
    path: issuer.path,
    acrs: issuer.workspace.acrs ?? usualAcrs,
    isProvedElsewhere: loginPageOf(issuer.workspace) !== undefined,
  })

  async function issuerOf(issuer: OidcIssuer): Promise<Issuer> {
    const found = await recallIssuer(db.reader, issuer.tenantId, issuer.path.split('/').at(-1) ?? '')
    if (!found) throw new Problem('issuer.not_found')
    return found
  }

  /** What a person is reached and called by. */
  async function namesOf(person: Pick<User, 'organizationId' | 'userId'>) {
    const { organizationId: home, userId: id } = person
    const [addresses, username] = await Promise.all([
      selectAddresses(db.reader, home, [id]),
      findUsername(db.reader, person),
    ])
    return { email: addresses.get(id)?.find((address) => address.type === 'email'), username }
  }

  async function claimsOf(
    { user, judged }: LiveUser,
    names = namesOf(user),
  ): Promise<Readonly<Record<string, unknown>>> {
    const { tenantId, organizationId: home } = user
    const [organization, biller, { email, username }] = await Promise.all([
      recallOrganization(db.reader, tenantId, home),
      recallBiller(db.reader, tenantId, home),
      names,
    ])
    return {
      name: user.payload['name'],
      preferred_username: username,
      updated_at: Math.floor(user.updatedAt.getTime() / 1000),
      email: email?.address,
      email_verified: email?.isVerified,
      organization_id: home,
      organization_name: organization?.name,
      biller_guid: biller?.billerGuid,
      sign_in_route: judged?.session.route,
    }
  }

  const oidcNeeds: OidcNeeds = {
    origin: config.origin,
    isSecure: config.isSecure,
    keySetSeconds: config.keySetSeconds,
    nowSeconds: () => clock.nowSeconds(),
    async findIssuer(tenantId, segment) {
      const issuer = await recallIssuer(db.reader, tenantId, segment)
      return issuer && oidcIssuer(issuer)
    },
    signingKeys: async (issuer) =>
      (await keyring.keysOf(issuer.tenantId, issuer.workspaceId)).map((key) => key.privateJwk),
    async findClient(issuer, clientId) {
      if (clientId === accountClientId) return accountClient(config.origin, issuer.path)
      const client = await recallClient(db.reader, issuer.tenantId, issuer.workspaceId, clientId)
      return client && { ...client, secretHashes: validSecretHashes(client, clock.now()) }
    },
    isBrowserOrigin: async (issuer, from) =>
      (await recallBrowserOrigins(db.reader, issuer.tenantId, issuer.workspaceId)).has(from),
    isSecretOf,
    dpopNonceKey,
    resources: (issuer) => recallResources(db.reader, issuer.tenantId, issuer.workspaceId),
    async findAccount(subject, sessionUid, use, withClaims) {
      const now = clock.now()
      let names: ReturnType<typeof namesOf> | undefined
      const live = await findLiveUser(db.reader, homeOf, now, subject, sessionUid, use, (home) => {
        if (!withClaims) return
        names = namesOf({ organizationId: home, userId: userId(subject) })
        // Whoever asks for the claims hears of a failure.
        names.catch(() => undefined)
      })
      if (!live) return undefined
      const { user, judged } = live
      const isSeenNow = judged !== undefined && addSeconds(judged.session.lastSeenAt, seenEverySeconds) > now
      let told: Promise<Readonly<Record<string, unknown>>> | undefined
      return {
        subject: user.userId,
        organizationId: user.organizationId,
        offlineSeconds: judged?.policy.offlineSeconds ?? 0,
        claims: () => (told ??= claimsOf(live, names)),
        ...(judged && !isSeenNow ? { noteSeen: (tx: Tx) => noteSeen(tx, judged, now) } : {}),
      }
    },
    async isOrganizationOf(issuer, id) {
      const organization = await recallOrganization(db.reader, issuer.tenantId, id)
      return organization?.workspaceId === issuer.workspaceId
    },
    readArtifact: (issuer, model, id) => findArtifact(db.reader, vault, issuer, model, id),
    readSession: (issuer, uid) => findSessionArtifact(db.reader, vault, issuer, uid),
    isTokenRevoked: (tokenId, grantId) => isTokenRevoked(db.reader, tokenId, grantId),
    async findConsent(subject, clientId) {
      const home = await homeOf(subject)
      return home && findConsent(db.reader, home, userId(subject), clientId)
    },
    commit: (work, facts) => commitWork({ ...needs, ...ending, homeOf }, work, facts),
    async startFlow(oidc, start, cookies, _facts) {
      const issuer = await issuerOf(oidc)
      const name = cookieName(config, oidc, 'browser')
      const present = readCookie(cookies, name)
      const asked = text(start.params['organization'])
      const isFixed = asked !== undefined && (await oidcNeeds.isOrganizationOf(oidc, asked))
      const fixed = issuer.organization?.organizationId ?? (isFixed ? organizationId(asked) : undefined)
      const flow = startFlow(
        { ...needs, loginStates },
        issuer,
        {
          interactionId: start.interactionId,
          clientId: start.clientId,
          clientName: start.clientName,
          redirectUri: text(start.params['redirect_uri']),
          fixedOrganizationId: fixed,
          uiLocales: text(start.params['ui_locales']),
          loginHint: text(start.params['login_hint']),
          params: start.params,
        },
        present,
      )
      return {
        path: flow.path,
        cookie: flow.browserSecret === present ? undefined : { name, value: flow.browserSecret },
        write: (tx) => flow.write(tx),
      }
    },
    assertRoomToBegin: () => admission.assertRoom('begin'),
    pages: oidcPages({ reader: () => db.reader, assets, startAgainHref: startAgainAt }),
    logError: (message, error) => logProblem(log, message, asProblem(error)),
  }
  const oidc = oidcSurface(oidcNeeds)

  /** Ticked, and the organization that the person turned out to be of allows it. */
  async function staysSignedIn(flow: SignInFlow, { organizationId: home }: Proof): Promise<boolean> {
    if (flow.staySignedIn !== true) return false
    return (await findSessionRules(db.reader, flow.tenantId, home))?.policy.mayStaySignedIn === true
  }

  const signIn: SignInNeeds = {
    ...needs,
    ...ending,
    origin: config.origin,
    keysOf: (tenant, workspace) => keyring.keysOf(tenant, workspace),
    hasher,
    admission,
    keys,
    stores,
    throttle,
    refusals,
    loginStates,
    known: knownBrowsers(throttleKey, { clock, random }),
    work: workChallenges(throttleKey, config.throttle.work, { clock, random }),
    messages: {
      resetCode: (tx, { flow, typed }) =>
        jobs.enqueue(tx, 'mail.reset_code', {
          flowId: flow.flowId,
          issuerPath: flow.issuerPath,
          typed,
          fixedOrganizationId: flow.fixedOrganizationId ?? null,
          uiLocales: flow.uiLocales ?? null,
        }),
      usernames: (tx, { flow, address }) =>
        jobs.enqueue(tx, 'mail.usernames', {
          issuerPath: flow.issuerPath,
          address,
          fixedOrganizationId: flow.fixedOrganizationId ?? null,
          uiLocales: flow.uiLocales ?? null,
        }),
      passwordChanged: (tx, { flow, proof }) =>
        jobs.enqueue(tx, 'mail.password_changed', {
          issuerPath: flow.issuerPath,
          organizationId: proof.organizationId,
          userId: proof.userId,
          uiLocales: flow.uiLocales ?? null,
          changedAtSeconds: clock.nowSeconds(),
        }),
    },
    async finishInteraction(flow, proof) {
      const issuer = await recallIssuer(db.reader, flow.tenantId, flow.issuerPath.split('/').at(-1) ?? '')
      if (!issuer) return undefined
      const facts = { requestId: flow.flowId, ipAddress: '', userAgent: '' }
      const finished = await oidc.finishInteraction(
        oidcIssuer(issuer),
        flow.flowId,
        {
          accountId: proof.userId,
          organizationId: proof.organizationId,
          sessionEpoch: proof.sessionEpoch,
          route: proof.route,
          amr: proof.methods ?? ['pwd'],
          ts: proof.provedAtSeconds,
          remember: await staysSignedIn(flow, proof),
        },
        facts,
      )
      return (
        finished && {
          redirectTo: finished.redirectTo,
          write: (tx) => applyWork(tx, { ...needs, announceLogout }, finished.work),
        }
      )
    },
    async refuseInteraction(flow, refusal) {
      const issuer = await recallIssuer(db.reader, flow.tenantId, flow.issuerPath.split('/').at(-1) ?? '')
      if (!issuer) return undefined
      const facts = { requestId: flow.flowId, ipAddress: '', userAgent: '' }
      const finished = await oidc.refuseInteraction(oidcIssuer(issuer), flow.flowId, refusal, facts)
      return (
        finished && {
          redirectTo: finished.redirectTo,
          write: (tx) => applyWork(tx, { ...needs, announceLogout }, finished.work),
        }
      )
    },
  }

  return { oidc, oidcIssuer, signIn }
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

function readCookie(header: string | undefined, name: string): string | undefined {
  const pair = header?.split(/; */).find((part) => part.startsWith(`${name}=`))
  return pair?.slice(name.length + 1)
}
