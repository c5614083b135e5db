import { Server as NetServer } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { deleteExpiredCodes } from './features/credentials/index.ts'
import type { HashPool } from './features/credentials/index.ts'
import { findScan, scanStore, tendIndexKey } from './features/directory/index.ts'
import { deleteExpired, forgetAnswers } from './features/grants/index.ts'
import { keyTimes, tendKeys } from './features/keys/index.ts'
import type { LegacyStores } from './features/legacy/index.ts'
import { mailWork } from './features/messages/index.ts'
import { tracedFetch, tracedWork } from './features/operations/index.ts'
import { shareMeasurements } from './features/refusals/index.ts'
import type { Refusals } from './features/refusals/index.ts'
import { deleteExpiredSessionClients, endOverdueSessions, logoutWork } from './features/sessions/index.ts'
import {
  deleteExpiredFlows,
  deleteForgotten,
  findRecipient,
  findUsernamesOf,
  measureProvers,
  resetCode,
} from './features/sign-in/index.ts'
import { organizationId, selectWorkspaces } from './features/tenancy/index.ts'
import { selectIdentifiers, userId } from './features/users/index.ts'
import { addSeconds } from './platform/clock/index.ts'
import { readRevisions } from './platform/db/index.ts'
import type { Topic } from './platform/db/index.ts'
import { createGuardedFetch } from './platform/fetch/index.ts'
import type { JobWork } from './platform/jobs/index.ts'
import type { Metrics } from './platform/metrics/index.ts'
import { healthSurface } from './surfaces/health/index.ts'
import { raceSeconds } from './surfaces/oidc/index.ts'
import { requestFacts } from './surfaces/request-facts.ts'
import { openListener } from './compose/listener.ts'
import { composeManagement } from './compose/management.ts'
import { composeOidc } from './compose/oidc.ts'
import { composePages } from './compose/pages.ts'
import { makeParts } from './compose/parts.ts'
import type { World } from './compose/world.ts'

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
  const parts = await makeParts(world)
  const { needs, assets, ending, eventLoop, hashPool, index, keyring, keys, mail, metrics, moment } = parts
  const { nodeId, refusals, stores } = parts
  const ways = composeOidc(parts)
  const { oidc, signIn } = ways

  const app = openListener(parts)
  healthSurface(app, {
    isStopping: () => moment.isStopping,
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
  await composeManagement(app, parts)
  await composePages(app, parts, ways)
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
      return moment.requestsUnderWay
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
        if (moment.isStopping) return
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
      await db.transaction((tx) => deleteExpiredCodes(tx, now, 5000))
      await endOverdueSessions(db, ending, 5000)
      // Whoever takes part in a session that has just ended by its age was told of it.
      await db.transaction((tx) => deleteExpiredSessionClients(tx, now))
    },
    beginStop() {
      moment.isStopping = true
    },
    async drain(longestMilliseconds) {
      moment.isStopping = true
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
