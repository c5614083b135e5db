import { availableParallelism } from 'node:os'
import { createAdmission } from '../features/admission/index.ts'
import { createAssetServer } from '../features/branding/index.ts'
import { recallPortalClient } from '../features/clients/index.ts'
import { createHashPool, createPasswordHasher } from '../features/credentials/index.ts'
import { openIndexKeys } from '../features/directory/index.ts'
import { createKeyring, namedSecret } from '../features/keys/index.ts'
import { openLegacyStores } from '../features/legacy/index.ts'
import { serverMetrics, tracedHasher, tracedMail } from '../features/operations/index.ts'
import { provision } from '../features/provisioning/index.ts'
import { createRefusals } from '../features/refusals/index.ts'
import { logoutAnnouncer, rememberedHomes } from '../features/sessions/index.ts'
import type { EndNeeds } from '../features/sessions/index.ts'
import { loginStates, createThrottle, throttleRules } from '../features/sign-in/index.ts'
import type { Issuer } from '../features/tenancy/index.ts'
import { createMetrics } from '../platform/metrics/index.ts'
import { watchEventLoop } from '../platform/event-loop/index.ts'
import { protocolRoutes } from '../surfaces/oidc/index.ts'
import type { World } from './world.ts'

/** What changes while the server runs. */
interface Moment {
  /** That have come and are not answered. */
  requestsUnderWay: number
  isStopping: boolean
}

export type Parts = Awaited<ReturnType<typeof makeParts>>

/** What the corridors share, from the ground up. */
export async function makeParts(world: World) {
  const { config, db, clock, random, vault, jobs, traces } = world
  const needs = { db, clock, random, vault }

  if (world.provision) await provision(needs, world.provision)
  const index = await openIndexKeys(needs)
  const { keys } = index
  const dpopNonceKey = await namedSecret(needs, 'dpop.nonce-key')
  const accountFormKey = await namedSecret(needs, 'account.form-key')
  const throttleKey = await namedSecret(needs, 'throttle.key')
  const loginStateKey = await namedSecret(needs, 'login.state-key')
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
  const moment: Moment = { requestsUnderWay: 0, isStopping: false }
  const admission = createAdmission(config.admission, {
    hashWaitMilliseconds: () => hashPool.expectedWaitMilliseconds(),
    databaseWaitMilliseconds: () => db.longestWaitMilliseconds,
    delayMilliseconds: () => eventLoop.delayMilliseconds(),
    requestsUnderWay: () => moment.requestsUnderWay,
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

  return {
    ...world,
    needs,
    accountFormKey,
    admission,
    announceLogout,
    assets,
    dpopNonceKey,
    ending,
    eventLoop,
    hasher,
    hashPool,
    homeOf,
    index,
    keyring,
    keys,
    mail,
    metrics,
    moment,
    nodeId,
    refusals,
    routes,
    startAgainHref,
    stores,
    throttle,
    throttleKey,
    loginStates: loginStates(loginStateKey),
    watching,
  }
}
