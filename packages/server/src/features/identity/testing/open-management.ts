import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { errorAnswer, noBody, statusesOf, systemScopes } from '@gatehouse/contract'
import type { Operation } from '@gatehouse/contract'
import { faultsOfExchange } from '@gatehouse/contract/testing'
import Fastify from 'fastify'
import type { LightMyRequestResponse } from 'fastify'
import type { Static, TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { movableClock } from '../../../platform/clock/index.ts'
import { readConfig } from '../../../platform/config/index.ts'
import { testDatabase } from '../../../platform/db/testing/index.ts'
import { createLog } from '../../../platform/log/index.ts'
import { systemRandom } from '../../../platform/random/index.ts'
import { openFileVault } from '../../../platform/vault/index.ts'
import { mountSecrets } from '../../secrets/index.ts'
import { loginStates, mountLogins, mountTryLimits, throttleRules } from '../../sign-in/index.ts'
import { mountTokens } from '../../tokens/index.ts'
import { managementSurface } from '../../../surfaces/management/index.ts'
import type { ProvedClient } from '../../../surfaces/management/index.ts'
import { mountAuditEvents } from '../../audit/index.ts'
import { mountClients, mountScopes, mountAdminClients } from '../../clients/index.ts'
import { createHashPool, createPasswordHasher, findKeptCode } from '../../credentials/index.ts'
import { localCodes, mountCodes } from '../../codes/index.ts'
import { localRegistration, mountRegistration } from '../../registration/index.ts'
import { nameKeys } from '../../directory/index.ts'
import { deleteGroupsOfPool, mountGroups } from '../../groups/index.ts'
import { mountSchemas } from '../../schemas/index.ts'
import { insertTenant, insertWorkspace } from '../../tenancy/index.ts'
import { mountThemes } from '../../branding/index.ts'
import { mountWebhooks } from '../../webhooks/index.ts'
import type { StoredClient } from '../../clients/index.ts'
import { deleteConsentsOfClient } from '../../consents/index.ts'
import { deleteArtifactsOfClient } from '../../grants/index.ts'
import type { Tx } from '../../../platform/db/index.ts'
import { mountConfiguration } from '../../configuration/index.ts'
import { mountWorkspaces } from '../../workspaces/index.ts'
import { mountContacts } from '../contacts.management.routes.ts'
import { localContacts } from '../contacts.ts'
import { mountHistory } from '../history.management.routes.ts'
import { localBackend } from '../local-backend.ts'
import { mountImports } from '../imports.management.routes.ts'
import type { CodeMessage, InUseMessage, LocalNeeds } from '../local-needs.ts'
import { localFactors } from '../local-factors.ts'
import { mountOrganizations } from '../organizations.management.routes.ts'
import { mountPasswords } from '../passwords.management.routes.ts'
import { mountPools } from '../pools.management.routes.ts'
import { mountTotp } from '../totp.management.routes.ts'
import { mountWebAuthn } from '../webauthn.management.routes.ts'
import { mountUsers } from '../users.management.routes.ts'
import { countingAttempts } from './counting-attempts.ts'

export interface Sent {
  readonly token?: string
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** Where `status` is that of success, `body` has the operation's shape; otherwise that of an error. Both were checked. */
export interface Got<Answer extends TSchema = TSchema> {
  readonly status: number
  readonly body: Static<Answer>
  readonly headers: LightMyRequestResponse['headers']
}

/** Any row whose answer has this shape. */
export type Answering<Answer extends TSchema> = Operation<TSchema, TSchema, TSchema, Answer>

/** Where authenticators of the tests make keys. */
export const relyingParty = {
  rpId: 'id.example',
  name: 'Harbor',
  origins: ['https://id.example', 'https://portal.id.example'],
}

/** The surface with every operation mounted on the local home, on a database of its own. */
export async function openManagement() {
  const { db, isMultiConnection, close: closeDatabase } = await testDatabase()
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-management-'))
  const vault = await openFileVault({ folder, secret: undefined })
  const clock = movableClock()
  const attempts = countingAttempts(clock)
  const mails: CodeMessage[] = []
  const warnings: InUseMessage[] = []
  const doors = { atOnce: 0, atDeadline: 0 }
  const mailed = new Map<string, number>()
  const lines: string[] = []
  const tokens = new Map<string, ProvedClient & { readonly tenantId: string }>()
  const hashPool = createHashPool({
    threads: 2,
    mostWaitMilliseconds: 60_000,
    elapsedMilliseconds: () => clock.elapsedMilliseconds(),
  })
  const needs: LocalNeeds = {
    get reader() {
      return db.reader
    },
    transact: (work) => db.transaction(work),
    clock,
    random: systemRandom,
    vault,
    // The cheapest settings that are still argon2id: these tests are not about the cost.
    hasher: createPasswordHasher(hashPool, systemRandom.bytes, {
      format: 'argon2id',
      memoryKiB: 64,
      passes: 1,
      lanes: 1,
    }),
    nameKeys: nameKeys(Buffer.alloc(32, 7)),
    passwordAttempts: attempts,
    async announceLogout() {},
    forgetPool: deleteGroupsOfPool,
    async mayMail(nameKey) {
      const name = nameKey.toString('hex')
      mailed.set(name, (mailed.get(name) ?? 0) + 1)
      return (mailed.get(name) ?? 0) <= 5
    },
    relyingParty: async () => relyingParty,
    codeSubject: (nameKey) => nameKey,
    async mailCode(_tx, message) {
      mails.push(message)
    },
    async mailInUse(_tx, message) {
      warnings.push(message)
    },
    refusals: {
      async answer({ work, isAtOnce }) {
        const outcome = await work()
        doors[isAtOnce(outcome) ? 'atOnce' : 'atDeadline'] += 1
        return outcome
      },
    },
  }
  const backend = localBackend(needs)
  const factors = localFactors(needs)
  const rules = throttleRules(readConfig({}).throttle)
  const codes = localCodes(needs)
  const forgetClient = async (tx: Tx, { tenantId, clientId }: StoredClient): Promise<void> => {
    await deleteArtifactsOfClient(tx, tenantId, clientId)
    await deleteConsentsOfClient(tx, tenantId, clientId)
  }
  // Copied now: inside a transaction, to ask for the other reader is a mistake.
  const still = { ...needs }
  const backendIn = (tx: Tx) => localBackend({ ...still, reader: tx, transact: (work) => work(tx) })
  const own = { db, clock, random: systemRandom }
  const app = Fastify()
  await managementSurface(
    app,
    {
      log: createLog('error', (line) => lines.push(line)),
      async verifySystemToken(token, tenantId) {
        const found = tokens.get(token)
        return found?.tenantId === tenantId ? found : undefined
      },
    },
    (mount, mountLines) => {
      mountOrganizations(mount, { backend, origin: 'https://id.example' })
      mountPools(mount, { backend })
      mountWorkspaces(mount, { ...own, origin: 'https://id.example' })
      mountAdminClients(mount, { ...own, origin: 'https://id.example', allowedHosts: [], forgetClient })
      mountConfiguration(mount, { ...own, vault, allowedHosts: [], rules: rules, forgetClient, backendIn })
      mountThemes(mount, own)
      mountWebhooks(mount, { ...own, vault, allowedHosts: [] })
      mountTryLimits(mount, { ...own, rules })
      mountUsers(mount, { backend })
      mountSchemas(mount, needs)
      mountImports(mountLines, { people: needs })
      mountGroups(mount, needs)
      mountHistory(mount, needs)
      mountPasswords(mount, { backend })
      mountClients(mount, { db, clock, random: systemRandom })
      mountScopes(mount, { db })
      mountSecrets(mount, { db, clock, random: systemRandom, vault })
      mountLogins(mount, {
        db,
        clock,
        random: systemRandom,
        loginStates: loginStates(Buffer.alloc(32, 9)),
        origin: 'https://id.example',
      })
      mountTokens(mount, { db, clock, random: systemRandom, announceLogout: needs.announceLogout })
      mountTotp(mount, { backend, factors })
      mountContacts(mount, { contacts: localContacts(needs) })
      mountCodes(mount, { codes })
      mountRegistration(mount, { codes, registration: localRegistration(needs) })
      mountWebAuthn(mount, { factors })
      mountAuditEvents(mount, { reader: () => db.reader })
    },
  )

  function issueToken(tenantId: string, scopes: readonly string[] = systemScopes): string {
    const token = systemRandom.secret()
    tokens.set(token, { tenantId, clientId: `client-of-${tenantId}`, scopes: new Set(scopes) })
    return token
  }

  /** A tenant with its three workspaces and a token for everything. */
  async function tenant(id: string, usernameScope: 'workspace' | 'organization' = 'workspace') {
    await db.transaction(async (tx) => {
      await insertTenant(tx, id, id, clock.now())
      for (const [workspaceId, kind] of [
        ['system', 'system'],
        ['admin', 'admin'],
        ['portal', 'customer'],
      ] as const) {
        await insertWorkspace(
          tx,
          { tenantId: id, workspaceId, name: workspaceId, kind, usernameScope, brand: {} },
          clock.now(),
        )
      }
    })
    const token = issueToken(id)
    return {
      id,
      token,
      call: <A extends TSchema>(operation: Answering<A>, sent: Sent = {}) =>
        call(operation, { token, ...sent, params: { tid: id, ...sent.params } }),
    }
  }

  /** Calls an operation and holds the answer against its row: an undeclared status or shape fails the test. */
  async function call<A extends TSchema>(
    operation: Answering<A>,
    sent: Sent & { readonly params: Readonly<Record<string, string>> },
  ): Promise<Got<A>> {
    const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
      encodeURIComponent(sent.params[name] ?? 'missing'),
    )
    const response = await app.inject({
      method: operation.method,
      url: `/api/${operation.surface}${operation.surface === 'hub' ? '' : `/${sent.params['tid']}`}${path}`,
      // Some addresses of the hub name their tenant in the query.
      query: {
        ...(operation.surface === 'hub' && !operation.path.includes('{tid}') ? { tid: sent.params['tid'] } : {}),
        ...sent.query,
      } as Record<string, string | string[]>,
      headers: {
        ...(sent.token === undefined ? {} : { authorization: `Bearer ${sent.token}` }),
        ...(operation.isLines && { 'content-type': 'application/x-ndjson', 'idempotency-key': 'a-file' }),
        ...sent.headers,
      },
      ...(sent.body === undefined ? {} : { payload: operation.isLines ? asLines(sent.body) : (sent.body as object) }),
    })
    if (operation.isLines && response.statusCode === operation.status) return heldLines(operation, response)
    return held(operation, sent.body, response)
  }

  /** The code of the last mail to somebody, in both forms, as it would be read when the mail is sent. */
  async function mailedCode(
    id: string,
    purpose?: CodeMessage['purpose'],
  ): Promise<{ readonly code: string; readonly extended: string }> {
    const mail = mails.findLast(
      (message) => message.userId === id && (purpose === undefined || message.purpose === purpose),
    )
    const kept = mail && (await findKeptCode(db.reader, vault, mail.codeId, mail.purpose, clock.now()))
    if (!mail || kept?.secret === undefined) throw new Error('no code was sent')
    const ofAddress = mail.purpose === 'verify_address' ? [kept.addressId] : []
    return { code: kept.code, extended: [mail.purpose, id, ...ofAddress, kept.secret].join('.') }
  }

  return {
    app,
    attempts,
    backend,
    call,
    clock,
    db,
    doors,
    isMultiConnection,
    issueToken,
    lines,
    mailedCode,
    mails,
    needs,
    rules,
    tenant,
    warnings,
    async close() {
      await app.close()
      await closeDatabase()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** An array is a file of its members; a text is one as it stands. */
const asLines = (body: unknown): string =>
  Array.isArray(body)
    ? body.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('')
    : String(body)

/** Its body is the array of its lines. */
function heldLines<A extends TSchema>(operation: Answering<A>, response: LightMyRequestResponse): Got<A> {
  const lines = response.body
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as unknown)
  const wrong = lines.find((line, at) => {
    return !Value.Check(operation.answer, line) && !(at === lines.length - 1 && Value.Check(errorAnswer, line))
  })
  if (wrong !== undefined)
    throw new Error(`${operation.operationId} answered another line than its row says: ${JSON.stringify(wrong)}`)
  return { status: response.statusCode, body: lines as Static<A>, headers: response.headers }
}

export type Management = Awaited<ReturnType<typeof openManagement>>

function held<A extends TSchema>(operation: Answering<A>, sentBody: unknown, response: LightMyRequestResponse): Got<A> {
  const status = response.statusCode
  if (!statusesOf(operation).has(status)) {
    throw new Error(`${operation.operationId} answered ${status}, which its row does not declare: ${response.body}`)
  }
  const body: unknown = response.body === '' ? undefined : response.json()
  const shape: TSchema = status === operation.status ? operation.answer : errorAnswer
  if (!(shape === noBody && body === undefined) && !Value.Check(shape, body)) {
    throw new Error(`${operation.operationId} answered another shape than its row says: ${response.body}`)
  }
  const faults = faultsOfExchange(operation, { body: sentBody, status, answer: body })
  if (faults.length > 0) {
    throw new Error(`${operation.operationId} is not as described: ${faults.join('; ')}: ${response.body}`)
  }
  return { status, body: body as Static<A>, headers: response.headers }
}
