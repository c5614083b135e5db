import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemScopes } from '@gatehouse/contract'
import { performSent } from '../commands.ts'
import { compose } from '../compose.ts'
import type { Server } from '../compose.ts'
import type { World } from '../compose/world.ts'
import { createPasswordHasher, createHashPool, savePassword } from '../features/credentials/index.ts'
import type { PasswordState } from '../features/credentials/index.ts'
import { claimName, insertPerson, nameKeys, nameScope } from '../features/directory/index.ts'
import { namedSecret } from '../features/keys/index.ts'
import { findStaffPool, insertPool, poolId } from '../features/pools/index.ts'
import type { Provision } from '../features/provisioning/index.ts'
import { findWorkspace, organizationId } from '../features/tenancy/index.ts'
import { insertAddress, insertIdentifier, insertUser, userId } from '../features/users/index.ts'
import type { User } from '../features/users/index.ts'
import { movableClock } from '../platform/clock/index.ts'
import type { MovableClock } from '../platform/clock/index.ts'
import { readConfig } from '../platform/config/index.ts'
import type { Db } from '../platform/db/index.ts'
import { testDatabase } from '../platform/db/testing/index.ts'
import { createJobs } from '../platform/jobs/index.ts'
import { createLog } from '../platform/log/index.ts'
import type { Mail } from '../platform/mail/index.ts'
import { systemRandom } from '../platform/random/index.ts'
import { openFileVault } from '../platform/vault/index.ts'
import type { Vault } from '../platform/vault/index.ts'
import { canonicalUsername } from '../protocol/precis.ts'
import { make } from '../protocol/password-hash/index.ts'
import { makeShard } from './legacy-shard.ts'
import type { ShardRow } from './legacy-shard.ts'

export const tenantId = 'harbor'
export const origin = 'http://localhost:4000'
export const portal = {
  clientId: 'portal',
  secret: 'p'.repeat(40),
  redirectUri: 'http://portal.localhost:4100/callback',
}
export const crm = { clientId: 'crm', secret: 'c'.repeat(40) }
const guids = {
  oldtown: '11111111-1111-4111-8111-111111111111',
  both: '22222222-2222-4222-8222-222222222222',
  newtown: '33333333-3333-4333-8333-333333333333',
}
export type BillerName = keyof typeof guids

/** One biller in each mode, all of them once in the same legacy store. */
export const provisioned: Provision = {
  tenant: { id: tenantId, name: 'Harbor' },
  workspaces: [
    { id: 'system', name: 'System', kind: 'system' },
    { id: 'portal', name: 'Harbor Portal', kind: 'customer', brand: { colour: '#1f5f8b' } },
  ],
  resources: [
    {
      workspace: 'system',
      audience: `${origin}/api`,
      name: 'Management',
      scopes: [...systemScopes],
    },
    {
      workspace: 'portal',
      audience: 'http://portal.localhost:4100/api',
      name: 'Portal API',
      scopes: ['invoices:read'],
    },
  ],
  clients: [
    {
      id: portal.clientId,
      workspace: 'portal',
      name: 'Harbor Portal',
      secret: portal.secret,
      authentication: 'client_secret_basic',
      grantTypes: ['authorization_code', 'refresh_token'],
      redirectUris: [portal.redirectUri],
      postLogoutRedirectUris: ['http://portal.localhost:4100/signed-out'],
      initiateLoginUri: 'http://portal.localhost:4100/login',
      scopes: ['openid', 'profile', 'email', 'organization', 'invoices:read'],
      isFirstParty: true,
      isPortal: true,
    },
    {
      id: crm.clientId,
      workspace: 'system',
      name: 'CRM',
      secret: crm.secret,
      authentication: 'client_secret_basic',
      grantTypes: ['client_credentials'],
      scopes: ['identity', 'manage_configuration', 'view_audit_events'],
    },
  ],
  billers: [
    {
      id: 'oldtown',
      workspace: 'portal',
      name: 'Oldtown Water',
      guid: guids.oldtown,
      mode: 'legacy',
      legacyStore: 'shard',
      legacyBillerKey: '1',
    },
    {
      id: 'both',
      workspace: 'portal',
      name: 'Both Doors Power',
      guid: guids.both,
      mode: 'concurrent',
      legacyStore: 'shard',
      legacyBillerKey: '2',
    },
    {
      id: 'newtown',
      workspace: 'portal',
      name: 'Newtown Waste',
      guid: guids.newtown,
      mode: 'new',
      legacyStore: 'shard',
      legacyBillerKey: '3',
    },
  ],
}

export const guidOf = (biller: BillerName): string => guids[biller]

export interface PoolUser {
  readonly biller: BillerName
  readonly username: string
  readonly password?: string
  readonly email?: string
  readonly status?: User['status']
  readonly state?: PasswordState
}

export interface TestServer {
  readonly server: Server
  readonly db: Db
  readonly clock: MovableClock
  readonly vault: Vault
  /** Where the vault's files are. */
  readonly dataFolder: string
  readonly mails: Mail[]
  readonly logLines: string[]
  readonly isMultiConnection: boolean
  /** Types a command at the running server, as an operator does: its exit code and the lines it says. */
  type(...words: readonly string[]): Promise<{ readonly code: number; readonly lines: readonly string[] }>
  readonly shardFile: string
  addPoolUser(user: PoolUser): Promise<User>
  /** Resolves with the next mail that is sent. */
  nextMail(): Promise<Mail>
  /** One more node on the same database, closed with the first. */
  openNode(): Promise<Server>
  close(): Promise<void>
}

export interface ServerOptions {
  readonly legacyRows?: readonly ShardRow[]
  /** 0 when it is not said; undefined: calibrated. */
  readonly refusalMilliseconds?: number | undefined
  readonly provision?: Provision
  readonly environment?: Readonly<Record<string, string>>
}

/** The whole server on a database of its own, with a clock that is moved by hand and mails that can be read. */
export async function openServer(options: ServerOptions = {}): Promise<TestServer> {
  const { legacyRows = [], provision = provisioned, environment = {} } = options
  const refusalMilliseconds = 'refusalMilliseconds' in options ? options.refusalMilliseconds : 0
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-server-'))
  const { db, storage, isMultiConnection, close: closeDatabase } = await testDatabase()
  const clock = movableClock(new Date())
  const vault = await openFileVault({ folder, secret: undefined })
  const mails: Mail[] = []
  const waiting: ((mail: Mail) => void)[] = []
  const logLines: string[] = []
  const log = createLog('debug', (line) => logLines.push(line))
  const shard = makeShard(folder, 'shard', legacyRows)
  const { file: shardFile, ...settings } = shard
  const world: World = {
    config: {
      // Nobody is turned away because the machine that runs the tests is busy.
      ...readConfig({
        GATEHOUSE_HASH_THREADS: '2',
        GATEHOUSE_ADMISSION_WAIT_MS: '600000',
        GATEHOUSE_ADMISSION_DELAY_MS: '10000',
        ...environment,
      }),
      refusalMilliseconds,
    },
    db,
    clock,
    aheadSeconds: () => 0,
    random: systemRandom,
    vault,
    log,
    jobs: await createJobs(storage, log),
    mail: {
      async send(mail) {
        mails.push(mail)
        waiting.shift()?.(mail)
      },
      close() {},
    },
    legacyStores: [settings],
    provision,
  }
  const server = await compose(world)
  await server.app.ready()
  const nodes = [server]
  const keys = nameKeys(await namedSecret({ db, vault, clock, random: systemRandom }, 'directory.index-key'))

  async function addPoolUser({
    biller,
    username,
    password,
    email,
    status = 'active',
    state = 'valid',
  }: PoolUser): Promise<User> {
    const organization = organizationId(biller)
    const canonical = canonicalUsername(username)?.canonical
    const workspace = await findWorkspace(db.reader, tenantId, 'portal')
    if (canonical === undefined || !workspace) throw new Error('not a username')
    const now = clock.now()
    const dates = { createdAt: now, updatedAt: now }
    // The cheapest settings that are still argon2id: few tests are about the cost.
    const verifier =
      password === undefined
        ? undefined
        : await make({ format: 'argon2id', memoryKiB: 64, passes: 1, lanes: 1 }, password, systemRandom.bytes)
    return db.transaction(async (tx) => {
      const pool = (await findStaffPool(tx, tenantId, organization)) ?? {
        poolId: poolId(`${biller}-staff`),
        tenantId,
        workspaceId: 'portal',
        organizationId: organization,
        name: 'Staff',
        description: '',
        policy: {},
        wire: {},
        revision: 1,
        ...dates,
      }
      await insertPool(tx, pool)
      const user: User = {
        organizationId: organization,
        userId: userId(systemRandom.uuid()),
        tenantId,
        poolId: pool.poolId,
        status,
        payload: { name: username },
        metadata: {},
        businessMetadata: {},
        legacyStoreId: undefined,
        legacyId: undefined,
        sessionEpoch: 1,
        revision: 1,
        statusUpdatedAt: now,
        ...dates,
      }
      await insertUser(tx, user)
      await insertIdentifier(tx, user, {
        identifierId: systemRandom.uuid(),
        type: 'uid',
        identifier: username,
        canonical,
        metadata: {},
        ...dates,
      })
      if (email !== undefined) {
        await insertAddress(tx, user, {
          addressId: systemRandom.uuid(),
          type: 'email',
          address: email,
          canonical: email.toLowerCase(),
          status: 'active',
          isVerified: true,
          verifiedAt: now,
          ...dates,
        })
      }
      if (verifier !== undefined) {
        await savePassword(tx, vault, {
          organizationId: organization,
          userId: user.userId,
          credentialId: systemRandom.uuid(),
          verifier,
          state,
          stateReason: '',
          now,
        })
      }
      await insertPerson(tx, user.userId, tenantId, organization)
      await claimName(tx, {
        keys: keys.inIndex(workspace, canonical),
        scope: nameScope(workspace, organization),
        tenantId,
        workspaceId: 'portal',
        organizationId: organization,
        userId: user.userId,
      })
      return user
    })
  }

  return {
    server,
    db,
    clock,
    vault,
    dataFolder: folder,
    mails,
    logLines,
    isMultiConnection,
    async type(...words) {
      const { config, jobs } = world
      const lines: string[] = []
      const command = { config, db, vault, clock, random: systemRandom, log, jobs: async () => jobs }
      const code = await performSent(
        {
          ...command,
          dumpEmbedded: undefined,
          get: async () => ({ status: 404, body: '', cacheControl: '' }),
          pause: async () => {},
        },
        words,
        (line) => lines.push(line),
      )
      return { code, lines }
    },
    shardFile,
    addPoolUser,
    nextMail: () => new Promise((resolve) => waiting.push(resolve)),
    async openNode() {
      const node = await compose({ ...world, jobs: await createJobs(storage, log) })
      await node.app.ready()
      nodes.push(node)
      return node
    },
    async close() {
      for (const node of nodes) await node.close()
      await closeDatabase()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Verifiers as the billing company's old applications wrote them. */
export const legacyHasher = createPasswordHasher(
  createHashPool({ threads: 2, mostWaitMilliseconds: 60_000, elapsedMilliseconds: () => 0 }),
  systemRandom.bytes,
)
