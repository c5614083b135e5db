import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  created,
  createPool,
  createUser,
  deleteUser,
  isActive,
  managementToken,
  redeem,
  refresh,
  requireReset,
  setStatus,
  text,
  userinfoStatus,
} from './processes/application.ts'
import { askSilently, Browser, nextCode, signIn } from './processes/browser.ts'
import { openDoor } from './processes/door.ts'
import type { Door } from './processes/door.ts'
import { issuerPath, makeInstallation, poolId, tenantId } from './processes/installation.ts'
import type { Installation } from './processes/installation.ts'
import { announceNotRun, startPostgres } from './processes/postgres.ts'
import { failuresOf, runCommand, startServer } from './processes/server-process.ts'
import type { ServerProcess } from './processes/server-process.ts'

const rounds = 5
const patience = 180_000
const postgres = await startPostgres()
if ('missing' in postgres) announceNotRun('ended everywhere', postgres.missing)

let house: Installation
let nodes: ServerProcess[] = []
/** Where somebody ends. */
let here: Door
/** Where everything of theirs was used a moment before, and is used again at once. */
let there: Door
let token = ''
let operator: Readonly<Record<string, string>> = {}
let database: pg.Client

beforeAll(async () => {
  if ('missing' in postgres) return
  house = await makeInstallation({ DATABASE_URL: postgres.url })
  operator = { ...house.environment, GATEHOUSE_DATA: await house.dataFolder('operator') }
  database = new pg.Client({ connectionString: postgres.url })
  await database.connect()
  const folders = await Promise.all(['node-0', 'node-1'].map((name) => house.dataFolder(name)))
  nodes = await Promise.all(
    folders.map((folder) => startServer({ environment: { ...house.environment, GATEHOUSE_DATA: folder } })),
  )
  const [first, second] = nodes.map((node) => openDoor(node))
  if (!first || !second) throw new Error('there are two nodes')
  here = first
  there = second
  token = await managementToken(here)
  await created(createPool(here, token))
}, patience)

afterAll(async () => {
  if ('missing' in postgres) return
  await database.end()
  await Promise.all(nodes.map((node) => node.stop()))
  await postgres.stop()
  await house.remove()
}, patience)

/** Somebody who is signed in at two browsers, with one token of each kind. */
interface SignedIn {
  readonly userId: string
  readonly refreshToken: string
  readonly opaque: string
  readonly jwt: string
  readonly code: Awaited<ReturnType<typeof nextCode>>
  readonly reader: Browser
  readonly asker: Browser
}

/** What every door of the other node says to each of these. */
interface Heard {
  readonly refresh: number
  readonly code: number
  readonly isOpaqueActive: boolean
  readonly isJwtActive: boolean
  readonly userinfo: number
  readonly accountPage: number | 'sign-in'
  /** An error's word, or `code`. */
  readonly silent: string
}

async function signedIn(username: string): Promise<SignedIn> {
  const person = { username, password: 'one of a kind harbour' }
  const userId = text(await created(createUser(here, token, person)), 'id')
  const [reader, asker] = [new Browser(() => there), new Browser(() => there)]
  const code = await signIn(reader, person, 'opaque')
  if (!code || !(await signIn(asker, person, 'jwt'))) throw new Error('the person was refused')
  const first = await redeem(there, code)
  const jwt = text(await redeem(there, await nextCode(asker, 'jwt')), 'access_token')
  const refreshed = await refresh(there, text(first, 'refresh_token'))
  return {
    userId,
    refreshToken: text(refreshed, 'refresh_token'),
    opaque: text(refreshed, 'access_token'),
    jwt,
    code: await nextCode(reader, 'opaque'),
    reader,
    asker,
  }
}

/** All at once, so that no answer of one can have refreshed what another looks at. */
async function useAll(person: SignedIn): Promise<Heard> {
  const [refreshed, redeemed, isOpaqueActive, isJwtActive, userinfo, account, silent] = await Promise.all([
    refresh(there, person.refreshToken),
    redeem(there, person.code),
    isActive(there, person.opaque),
    isActive(there, person.jwt),
    userinfoStatus(there, person.opaque),
    person.reader.get(`${issuerPath}/account`),
    askSilently(person.asker),
  ])
  const isAccount = new URL(account.url).pathname === `${issuerPath}/account`
  return {
    refresh: refreshed.status,
    code: redeemed.status,
    isOpaqueActive,
    isJwtActive,
    userinfo,
    accountPage: isAccount ? account.status : 'sign-in',
    silent: silent.error ?? 'code',
  }
}

const nothing: Heard = {
  refresh: 400,
  code: 400,
  isOpaqueActive: false,
  isJwtActive: false,
  userinfo: 401,
  accountPage: 'sign-in',
  silent: 'login_required',
}

/** A program of its own, as an operator starts it beside the nodes. */
async function typed(...words: readonly string[]): Promise<void> {
  const { code, output, words: said } = await runCommand(words, operator)
  if (code !== 0) throw new Error(`gatehouse ${words.join(' ')} ended with ${code}: ${output}${said}`)
}

/** The uses that leave something to be used again. */
async function assertAlive({ opaque, jwt, reader, asker }: SignedIn): Promise<void> {
  expect(await isActive(there, opaque)).toBe(true)
  expect(await isActive(there, jwt)).toBe(true)
  expect(await userinfoStatus(there, opaque)).toBe(200)
  expect(new URL((await reader.get(`${issuerPath}/account`)).url).pathname).toBe(`${issuerPath}/account`)
  expect(await askSilently(asker)).toHaveProperty('code')
}

const ends: readonly (readonly [string, (userId: string) => Promise<{ readonly status: number }>])[] = [
  ['deactivated', (userId) => setStatus(here, token, userId, 'inactive')],
  ['deleted', (userId) => deleteUser(here, token, userId)],
  ['told to choose a new password', (userId) => requireReset(here, token, userId)],
]

describe.skipIf('missing' in postgres)('at one of two nodes, somebody who is signed in', () => {
  it.each(ends)(
    'and is %s finds everything ended by the next request at the other (SE09)',
    async (what, end) => {
      for (let round = 0; round < rounds; round += 1) {
        const person = await signedIn(`${what.split(' ')[0]}.${round}`)
        const other = await signedIn(`${what.split(' ')[0]}.other${round}`)
        await assertAlive(person)
        const { status } = await end(person.userId)
        expect([200, 204]).toContain(status)
        expect(await useAll(person)).toEqual(nothing)
        await assertAlive(other)
      }
    },
    patience,
  )

  it(
    'finds everything ended when an operator types that they are deactivated, and nobody may come back (SE09)',
    async () => {
      const [person, other] = [await signedIn('typed.tess'), await signedIn('typed.other')]
      await assertAlive(person)
      await typed('user', 'deactivate', `${tenantId}/${poolId}`, 'typed.tess')
      expect(await useAll(person)).toEqual(nothing)
      await assertAlive(other)
    },
    patience,
  )

  it(
    'finds everything ended when their organization is suspended, and may begin anew when that is lifted (SE09)',
    async () => {
      const person = await signedIn('suspended.sue')
      await assertAlive(person)
      await typed('organization', 'suspend', `${tenantId}/newtown`)
      expect(await useAll(person)).toEqual(nothing)
      await typed('organization', 'resume', `${tenantId}/newtown`)
      await assertAlive(await signedIn('resumed.rae'))
    },
    patience,
  )

  it(
    'finds everything ended that a shorter policy of their organization does not allow any more (SE10)',
    async () => {
      const [person, fresh] = [await signedIn('policy.pam'), await signedIn('policy.fred')]
      await assertAlive(person)
      // As if nobody had been here for six minutes; four hours are usual.
      await database.query(
        `update sessions set last_seen_at = last_seen_at - interval '6 minutes' where user_id = $1`,
        [person.userId],
      )
      expect(await isActive(there, person.opaque)).toBe(true)
      await typed('sessions', 'policy', `${tenantId}/newtown`, '--idle', '5m')
      expect(await useAll(person)).toEqual(nothing)
      await assertAlive(fresh)
    },
    patience,
  )

  it('leaves no failure in the log of any node', () => {
    expect(nodes.flatMap(failuresOf)).toEqual([])
  })
})
