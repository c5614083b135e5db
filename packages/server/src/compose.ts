import { Server as NetServer } from 'node:net'
import { availableParallelism } from 'node:os'
import Fastify from 'fastify'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { createAdmission } from './features/admission/index.ts'
import { accountClient, accountClientId, formProofs, mountAccount } from './features/account/index.ts'
import type { Visitor } from './features/account/index.ts'
import { mountAuditEvents } from './features/audit/index.ts'
import { mountCustomUrl, recallBiller } from './features/billers/index.ts'
import { createAssetServer, defaultBrand, oidcPages } from './features/branding/index.ts'
import {
  isSecretOf,
  recallBrowserOrigins,
  recallClient,
  recallPortalClient,
  recallResources,
  validSecretHashes,
} from './features/clients/index.ts'
import { findConsent, mountConsent } from './features/consents/index.ts'
import { createHashPool, createPasswordHasher } from './features/credentials/index.ts'
import type { HashPool } from './features/credentials/index.ts'
import { findScan, openIndexKeys, scanStore, tendIndexKey } from './features/directory/index.ts'
import {
  applyWork,
  commitWork,
  deleteExpired,
  findArtifact,
  findSessionArtifact,
  forgetAnswers,
  isTokenRevoked,
  verifyApplicationToken,
} from './features/grants/index.ts'
import { localBackend, mountOrganizations, mountPasswords, mountPools, mountUsers } from './features/identity/index.ts'
import { createKeyring, keyTimes, namedSecret, tendKeys } from './features/keys/index.ts'
import { openLegacyStores } from './features/legacy/index.ts'
import type { LegacyStores, LegacyStoreSettings } from './features/legacy/index.ts'
import { mailWork } from './features/messages/index.ts'
import { serverMetrics, tracedFetch, tracedHasher, tracedMail, tracedWork } from './features/operations/index.ts'
import { provision } from './features/provisioning/index.ts'
import type { Provision } from './features/provisioning/index.ts'
import { createRefusals, shareMeasurements } from './features/refusals/index.ts'
import type { Refusals } from './features/refusals/index.ts'
import {
  deleteExpiredSessionClients,
  endOverdueSessions,
  findLiveUser,
  findSessionRules,
  logoutAnnouncer,
  logoutWork,
  noteSeen,
  rememberedHomes,
  seenEverySeconds,
} from './features/sessions/index.ts'
import type { LiveUser } from './features/sessions/index.ts'
import type { EndNeeds } from './features/sessions/index.ts'
import {
  createThrottle,
  deleteExpiredFlows,
  deleteForgotten,
  findRecipient,
  findUsernamesOf,
  knownBrowsers,
  measureProvers,
  mountSignIn,
  resetCode,
  startFlow,
  throttleRules,
  workChallenges,
} from './features/sign-in/index.ts'
import type { Proof, SignInFlow, SignInNeeds } from './features/sign-in/index.ts'
import { organizationId, recallIssuer, recallOrganization, selectWorkspaces } from './features/tenancy/index.ts'
import type { Issuer } from './features/tenancy/index.ts'
import { findUsername, selectAddresses, selectIdentifiers, userId } from './features/users/index.ts'
import type { User } from './features/users/index.ts'
import { addSeconds } from './platform/clock/index.ts'
import type { Clock } from './platform/clock/index.ts'
import type { Config } from './platform/config/index.ts'
import { readRevisions } from './platform/db/index.ts'
import type { Tx } from './platform/db/index.ts'
import type { Db, Topic } from './platform/db/index.ts'
import { createGuardedFetch } from './platform/fetch/index.ts'
import type { Jobs, JobWork } from './platform/jobs/index.ts'
import type { Log } from './platform/log/index.ts'
import { createMetrics } from './platform/metrics/index.ts'
import type { Metrics } from './platform/metrics/index.ts'
import { watchEventLoop } from './platform/event-loop/index.ts'
import type { MailSender } from './platform/mail/index.ts'
import type { Random } from './platform/random/index.ts'
import type { Traces } from './platform/traces/index.ts'
import type { Vault } from './platform/vault/index.ts'
import { asProblem, Problem, problemDetails } from './problem/index.ts'
import { browserSurface } from './surfaces/browser/index.ts'
import { createTranslator } from './surfaces/browser/messages/index.ts'
import { errorPage } from './surfaces/browser/pages/index.ts'
import type { ErrorView } from './surfaces/browser/pages/index.ts'
import { healthSurface } from './surfaces/health/index.ts'
import { managementSurface } from './surfaces/management/index.ts'
import {
  cookieName,
  oidcSurface,
  protocolRoute,
  protocolRoutes,
  raceSeconds,
  usualAcrs,
} from './surfaces/oidc/index.ts'
import type { OidcIssuer, OidcNeeds } from './surfaces/oidc/index.ts'
import { requestFacts } from './surfaces/request-facts.ts'
import { traceRequests } from './surfaces/trace-requests.ts'
import { logProblem } from './surfaces/log-problem.ts'

/** What the world gives the server; tests give a clock that moves and a mailbox that can be read. */
export interface World {
  readonly config: Config
  readonly db: Db
  readonly clock: Clock
  /** How far this machine's own date is ahead of the clock. */
  readonly aheadSeconds: () => number
  readonly random: Random
  readonly vault: Vault
  readonly log: Log
  /** Undefined: nothing is traced. */
  readonly traces?: Traces | undefined
  readonly jobs: Jobs
  readonly mail: MailSender | undefined
  readonly legacyStores: readonly LegacyStoreSettings[]
  readonly provision: Provision | undefined
}

export interface Server {
  readonly app: FastifyInstance
  readonly stores: LegacyStores
  readonly metrics: Metrics
  /**
   * Reads the legacy stores into the username index, those whose last whole scan is older than this. A store that does
   * not answer is tried again next time.
   */
  scan(olderThanSeconds: number): Promise<void>
  /** Takes up what another node or a command has changed since: keys, and whatever else is held in memory. */
  refresh(): Promise<void>
  /** Brings a rotation of the username index's key forward, where one is under way. */
  tendIndex(): Promise<void>
  /** Publishes, uses and retires signing keys as they are due. */
  tendKeys(): Promise<void>
  /** Where passwords are hashed. */
  readonly hashPool: HashPool
  /** That have come and are not answered. */
  readonly requestsUnderWay: number
  /** When refusals are answered. */
  readonly refusals: Refusals
  /** Measures every prover so many times, and moves the deadline of refusals to what this and the other processes found. */
  calibrate(rounds: number): Promise<void>
  /** Asks each legacy store whether it answers. */
  checkStores(): Promise<void>
  /** Removes what has expired. */
  tidy(): Promise<void>
  /** From here on `ready` says no, while requests under way are answered. */
  beginStop(): void
  /**
   * Takes no new connection, and answers what comes on the open ones for as long: each is asked to close with its next
   * answer. Where another process goes on, nobody notices.
   */
  drain(longestMilliseconds: number): Promise<void>
  close(): Promise<void>
}

/** Builds every part by plain calls, from the ground up. */
export async function compose(world: World): Promise<Server> {
  const { config, db, clock, random, vault, log, jobs, traces } = world
  // Before anything is read: a change in between is then seen twice, and never missed.
  let seen = await readRevisions(db.reader)
  const needs = { db, clock, random, vault }

  if (world.provision) await provision(needs, world.provision)
  const index = await openIndexKeys(needs)
  const { keys } = index
  const dpopNonceKey = await namedSecret(needs, 'dpop.nonce-key')
  const accountFormKey = await namedSecret(needs, 'account.form-key')
  const throttleKey = await namedSecret(needs, 'throttle.key')
  const rules = throttleRules(config.throttle)
  const throttle = createThrottle({ db, clock, secret: throttleKey, nameKeys: keys, rules })
  const threads =
    config.hashThreads > 0 ? config.hashThreads : Math.max(1, Math.floor(availableParallelism() / config.processes))
  const hashPool = createHashPool({
    threads,
    mostWaitMilliseconds: config.admission.mostWaitMilliseconds,
    elapsedMilliseconds: () => clock.elapsedMilliseconds(),
  })
  const eventLoop = watchEventLoop()
  let requestsUnderWay = 0
  const admission = createAdmission(config.admission, {
    hashWaitMilliseconds: () => hashPool.expectedWaitMilliseconds(),
    databaseWaitMilliseconds: () => db.longestWaitMilliseconds,
    delayMilliseconds: () => eventLoop.delayMilliseconds(),
    requestsUnderWay: () => requestsUnderWay,
    elapsedMilliseconds: () => clock.elapsedMilliseconds(),
  })
  const hasher = tracedHasher(traces, createPasswordHasher(hashPool, random.bytes))
  const mail = tracedMail(traces, world.mail)
  const stores = openLegacyStores(world.legacyStores, {
    elapsedMilliseconds: () => clock.elapsedMilliseconds(),
    called(store, milliseconds, outcome) {
      watching.legacyCalled(store, milliseconds, outcome)
      const fields = { 'gatehouse.store': store, 'gatehouse.outcome': outcome }
      traces?.ended({ name: 'legacy store', kind: 'client', fields }, milliseconds)
    },
  })
  const announceLogout = logoutAnnouncer({ jobs, random })
  const ending: EndNeeds = { clock, random, announceLogout }
  const homeOf = rememberedHomes(() => db.reader, new Map(), 100_000)
  const assets = createAssetServer()
  const keyring = createKeyring(needs)
  const refusals = createRefusals(clock, config.refusalMilliseconds)
  const nodeId = random.uuid()
  const metrics = createMetrics()
  const routes = new Set<string>(protocolRoutes)
  const watching = serverMetrics({
    metrics,
    aheadSeconds: world.aheadSeconds,
    db,
    jobs,
    hashPool,
    admission,
    eventLoop,
    legacyStores: world.legacyStores.map(({ id }) => id),
    stores: () => stores,
    refusals,
    routes,
  })

  /** Where a person begins again: the portal's own sign-in, or the origin when the workspace has no portal. */
  async function startAgainHref(issuer: Pick<Issuer, 'workspace' | 'organization'>): Promise<string> {
    const { tenantId, workspaceId } = issuer.workspace
    const portal = await recallPortalClient(db.reader, tenantId, workspaceId)
    const uri = portal?.settings.initiateLoginUri
    if (uri === undefined) return config.origin
    const target = new URL(uri)
    target.searchParams.set('iss', `${config.origin}/${tenantId}/${workspaceId}`)
    if (issuer.organization) target.searchParams.set('organization', issuer.organization.organizationId)
    return target.href
  }

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
        needs,
        issuer,
        {
          interactionId: start.interactionId,
          clientId: start.clientId,
          clientName: start.clientName,
          redirectUri: text(start.params['redirect_uri']),
          fixedOrganizationId: fixed,
          uiLocales: text(start.params['ui_locales']),
          loginHint: text(start.params['login_hint']),
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
          amr: ['pwd'],
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
  }

  /** An application that proved itself tries for people whose networks we do not see. */
  const application = { ipAddress: undefined }
  const backend = localBackend({
    reader: db.reader,
    transact: (work) => db.transaction(work),
    ...ending,
    clock,
    random,
    vault,
    hasher,
    nameKeys: keys,
    // The try is taken, and counted, when permission is asked; only a success gives it back.
    passwordAttempts: {
      async mayTry(scopeKey, proof) {
        const outcome = await throttle.takeTry(proof, throttle.subjectOfKey(scopeKey), application)
        if (outcome.kind === 'allowed') return undefined
        return { retryAfterSeconds: Math.max(1, outcome.untilSeconds - clock.nowSeconds()) }
      },
      async recordFailure() {},
      recordSuccess: (scopeKey, proof) => throttle.forgive(proof, throttle.subjectOfKey(scopeKey), application),
    },
    async mayMail(nameKey) {
      return (await throttle.takeTry('message', throttle.subjectOfKey(nameKey), application)).kind === 'allowed'
    },
    codeSubject: (nameKey) => throttle.subjectOfKey(nameKey),
    mailResetCode: (tx, message) =>
      jobs.enqueue(tx, 'mail.pool_reset_code', {
        tenantId: message.tenantId,
        organizationId: message.organizationId,
        userId: message.userId,
        codeId: message.codeId,
        address: message.address,
      }),
  })

  let isStopping = false
  const app = Fastify({
    logger: false,
    // Asking for the head of a page must not take the steps that the page takes.
    exposeHeadRoutes: false,
    genReqId: () => random.uuid(),
    trustProxy: config.trustedHops === 0 ? false : (_address, hop) => hop < config.trustedHops,
    bodyLimit: 256 * 1024,
    requestTimeout: config.connections.requestMilliseconds,
    connectionTimeout: config.connections.stallMilliseconds,
    keepAliveTimeout: config.connections.idleMilliseconds,
    http: {
      headersTimeout: Math.ceil(config.connections.requestMilliseconds / 3),
      // How much later than said a slow request ends at most.
      connectionsCheckingInterval: Math.ceil(config.connections.requestMilliseconds / 10),
    },
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200 },
  })
  app.server.maxConnections = config.connections.most
  const routeOf = (request: FastifyRequest): string | undefined =>
    protocolRoute(request.url) ?? request.routeOptions.url
  if (traces) traceRequests(app, traces, routeOf)
  app.setNotFoundHandler((request, reply) => {
    const { status, contentType, body } = problemDetails(new Problem('request.not_found'), request.id)
    return reply.code(status).headers({ 'content-type': contentType, 'cache-control': 'no-store' }).send(body)
  })
  app.setErrorHandler((thrown, request, reply) => {
    const problem = asProblem(thrown)
    logProblem(log, 'request failed', problem, request.id)
    const { status, contentType, headers, body } = problemDetails(problem, request.id)
    return reply
      .code(status)
      .headers({ ...headers, 'content-type': contentType, 'cache-control': 'no-store' })
      .send(body)
  })
  // Before all else, so that nobody is missed whom a later hook turns away.
  app.addHook('onRequest', async (_request, reply) => {
    requestsUnderWay += 1
    reply.raw.once('close', () => (requestsUnderWay -= 1))
  })
  app.addHook('onRoute', ({ url }) => void routes.add(url))
  app.addHook('onRequest', async (_request, reply) => {
    if (isStopping) reply.raw.setHeader('connection', 'close')
  })
  // Two hosts are two readings of one request; which of them a proxy looked at cannot be known (RFC 9112 §3.2).
  app.addHook('onRequest', async (request) => {
    const { rawHeaders } = request.raw
    let hosts = 0
    for (let at = 0; at < rawHeaders.length; at += 2) if (rawHeaders[at]?.toLowerCase() === 'host') hosts += 1
    if (hosts > 1) throw new Problem('request.malformed', 'The request names more than one host.')
  })
  app.addHook('onResponse', async (request, reply) => {
    watching.answered({
      route: routeOf(request),
      method: request.method,
      status: reply.statusCode,
      tookMilliseconds: reply.elapsedTime,
      saysWhenToComeAgain: reply.raw.hasHeader('retry-after'),
    })
    log.debug('answered', {
      requestId: request.id,
      method: request.method,
      // The route's pattern, never the address: addresses carry codes and names.
      route: request.routeOptions.url,
      status: reply.statusCode,
      milliseconds: Math.round(reply.elapsedTime),
    })
  })

  healthSurface(app, {
    isStopping: () => isStopping,
    isReady: async () => {
      try {
        await selectWorkspaces(db.reader)
        return true
      } catch {
        return false
      }
    },
  })
  assets.mount(app)
  await managementSurface(
    app,
    {
      log,
      verifySystemToken: (token, tenantId) =>
        verifyApplicationToken(
          {
            reader: () => db.reader,
            clock,
            origin: config.origin,
            keysOf: (tenant, workspace) => keyring.keysOf(tenant, workspace),
          },
          tenantId,
          'system',
          `${config.origin}/api`,
          token,
        ),
    },
    (mount) => {
      mountOrganizations(mount, { backend, origin: config.origin })
      mountPools(mount, { backend })
      mountUsers(mount, { backend })
      mountPasswords(mount, { backend })
      mountAuditEvents(mount, { reader: () => db.reader })
    },
  )
  await browserSurface(
    app,
    {
      origin: config.origin,
      isSecure: config.isSecure,
      log,
      nonce: () => random.secret(),
      async errorPage(problem, page, request) {
        const brand = defaultBrand
        return errorPage({
          t: createTranslator(page.locale),
          locale: page.locale,
          brand,
          assets: assets.assetsOf(brand),
          nonce: page.nonce,
          kind: pageKind(problem),
          requestId: page.requestId,
          ...againOf(problem, request),
        })
      },
    },
    (scope) => {
      mountSignIn(scope, {
        ...signIn,
        assets,
        cookieName: (issuer, purpose) => cookieName(config, issuer, purpose),
        startAgainHref,
      })
      mountAccount(scope, {
        ...signIn,
        homeOf,
        assets,
        proofs: formProofs(accountFormKey),
        cookieName: (issuer, name) => cookieName(config, issuer, name),
      })
      mountConsent(scope, {
        ...needs,
        homeOf,
        assets,
        proofs: formProofs(accountFormKey),
        cookieName: (issuer, name) => cookieName(config, issuer, name),
        startAgainHref,
        readConsent: (issuer, interactionId, visitor) =>
          oidc.readConsent(oidcIssuer(issuer), interactionId, consentGiver(visitor)),
        async finishConsent(issuer, interactionId, visitor, decision) {
          const who = consentGiver(visitor)
          const facts = { requestId: interactionId, ipAddress: '', userAgent: '' }
          const finished = await oidc.finishConsent(oidcIssuer(issuer), interactionId, who, decision, facts)
          if (!finished) return undefined
          const { work, ...rest } = finished
          return { ...rest, write: (tx) => applyWork(tx, { ...needs, announceLogout }, work) }
        },
      })
      mountCustomUrl(scope, {
        db,
        async portalOf(biller) {
          const organization = await recallOrganization(db.reader, biller.tenantId, biller.organizationId)
          const portal =
            organization && (await recallPortalClient(db.reader, biller.tenantId, organization.workspaceId))
          const uri = portal?.settings.initiateLoginUri
          if (!organization || uri === undefined) return undefined
          return { initiateLoginUri: uri, issuer: `${config.origin}/${biller.tenantId}/${organization.workspaceId}` }
        },
      })
    },
  )
  oidc.mount(app, requestFacts, () => random.secret())

  const work: JobWork = {
    ...mailWork({
      db,
      clock,
      vault,
      log,
      sender: mail,
      from: config.mailFrom,
      origin: config.origin,
      codeLifeSeconds: resetCode.lifeSeconds,
      findRecipient: (issuer, within, typed) => findRecipient(signIn, issuer, within, typed),
      findUsernames: (issuer, within, address) => findUsernamesOf(signIn, issuer, within, address),
    }),
    'logout.notify': logoutWork({
      db,
      clock,
      random,
      log,
      origin: config.origin,
      fetch: tracedFetch(traces, createGuardedFetch({ allowedHosts: config.fetchAllowed })),
      keysOf: (tenant, workspace) => keyring.keysOf(tenant, workspace),
    }),
  }
  await jobs.start(tracedWork(traces, work))

  return {
    app,
    stores,
    metrics,
    async scan(olderThanSeconds) {
      for (const store of stores.values()) {
        const last = await findScan(db.reader, store.storeId)
        const isFresh =
          last?.finishedAt !== undefined &&
          last.failure === undefined &&
          addSeconds(last.finishedAt, olderThanSeconds) > clock.now()
        if (isFresh) continue
        const scan = await scanStore({ db, clock, random, keys }, store)
        log.info('scanned', {
          store: scan.storeId,
          names: scan.namesSeen,
          conflicts: scan.namesInConflict,
          failure: scan.failure,
        })
      }
    },
    async refresh() {
      const now = await readRevisions(db.reader)
      const isChanged = (topic: Topic): boolean => now.get(topic) !== seen.get(topic)
      if (isChanged('keys')) {
        keyring.forget()
        oidc.forgetIssuers()
        log.info('keys changed')
      }
      if (isChanged('vault')) {
        await vault.reload()
        log.info('vault keys changed')
      }
      if (isChanged('names')) {
        await index.reload()
        log.info('index keys changed', { generations: keys.generations.join(' ') })
      }
      seen = now
    },
    async tendIndex() {
      const state = await tendIndexKey(needs, keys, async (reader, id, userIds) => {
        const identifiers = await selectIdentifiers(reader, organizationId(id), userIds.map(userId))
        return new Map(
          [...identifiers].map(([user, all]) => [
            user,
            all.filter(({ type }) => type === 'uid').map(({ canonical }) => canonical),
          ]),
        )
      })
      if (state.kind !== 'none') log.info('rotation of the index key', { ...state })
    },
    tendKeys: () => tendKeys(needs, keyTimes(config)),
    refusals,
    hashPool,
    get requestsUnderWay() {
      return requestsUnderWay
    },
    async calibrate(rounds) {
      if (config.refusalMilliseconds !== undefined) return
      const before = refusals.milliseconds
      try {
        const [workspace] = await selectWorkspaces(db.reader)
        if (workspace) await measureProvers(signIn, workspace, rounds)
        await shareMeasurements({ db, clock }, nodeId, refusals)
      } catch (error) {
        // The database closes while a measurement may still be under way.
        if (isStopping) return
        throw error
      }
      if (refusals.milliseconds !== before) log.info('refusal deadline', { milliseconds: refusals.milliseconds })
    },
    async checkStores() {
      await Promise.all([...stores.values()].map((store) => store.check()))
    },
    async tidy() {
      const now = clock.now()
      await db.transaction((tx) => deleteExpired(tx, now, 5000))
      await db.transaction((tx) => forgetAnswers(tx, addSeconds(now, -raceSeconds)))
      await db.transaction((tx) => deleteExpiredFlows(tx, now))
      await db.transaction((tx) => deleteForgotten(tx, now))
      await endOverdueSessions(db, ending, 5000)
      // Whoever takes part in a session that has just ended by its age was told of it.
      await db.transaction((tx) => deleteExpiredSessionClients(tx, now))
    },
    beginStop() {
      isStopping = true
    },
    async drain(longestMilliseconds) {
      isStopping = true
      // Not the server's own close, which would also end connections on which a request may be on its way.
      const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(app.server, () => resolve()))
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, longestMilliseconds)
      })
      await Promise.race([closed, late])
      clearTimeout(timer)
    },
    async close() {
      // A connection that was answering when the stop began stays open for its keep-alive time unless it is closed then.
      const sweep = setInterval(() => app.server.closeIdleConnections(), 50)
      await app.close()
      clearInterval(sweep)
      await jobs.stop()
      eventLoop.stop()
      for (const store of stores.values()) await store.close()
      world.mail?.close()
    },
  }
}

const consentGiver = ({ user, judged }: Visitor) => ({ subject: user.userId, sessionUid: judged.session.sessionUid })

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

function readCookie(header: string | undefined, name: string): string | undefined {
  const pair = header?.split(/; */).find((part) => part.startsWith(`${name}=`))
  return pair?.slice(name.length + 1)
}

/** Where an address can be asked for again, that is one press away. */
function againOf(problem: Problem, request: FastifyRequest): Pick<ErrorView, 'again'> {
  const { retryAfterSeconds: seconds } = problem
  if (problem.code !== 'server.busy' || seconds === undefined) return {}
  const { url: pattern = '' } = request.routeOptions
  const hasPage = request.method === 'GET' || request.server.hasRoute({ method: 'GET', url: pattern })
  return { again: { href: hasPage ? request.url : undefined, seconds } }
}

function pageKind(problem: Problem): 'unexpected' | 'unavailable' | 'busy' | 'not_found' | 'refused' | 'bad_request' {
  const { status } = problem.row
  if (problem.code === 'server.busy') return 'busy'
  if (status === 503) return 'unavailable'
  if (status >= 500) return 'unexpected'
  if (status === 404) return 'not_found'
  return status === 403 ? 'refused' : 'bad_request'
}
