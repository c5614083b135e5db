import pg from 'pg'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { openEmbedded } from '../packages/server/src/platform/db/index.ts'
import { created, createPool, createUser, managementToken, readUser, text } from './processes/application.ts'
import type { Person } from './processes/application.ts'
import { audit } from './processes/auditor.ts'
import type { Findings } from './processes/auditor.ts'
import { Browser, signIn } from './processes/browser.ts'
import { openDoor } from './processes/door.ts'
import type { Door } from './processes/door.ts'
import { makeInstallation } from './processes/installation.ts'
import type { Installation } from './processes/installation.ts'
import { contend, createUsers, emptyLedger, signInAndStay } from './processes/ledger.ts'
import type { Contended, Ledger, Load, OneTimeThing } from './processes/ledger.ts'
import { announceNotRun, startPostgres } from './processes/postgres.ts'
import { failuresOf, NotReady, startServer } from './processes/server-process.ts'
import type { ServerProcess } from './processes/server-process.ts'

const lives = 6
const kills = 2
/** What clients have heard in one life before it ends. */
const enoughUsers = 6
const enoughSpent = 8
const patience = 120_000

const postgres = await startPostgres()
if ('missing' in postgres) announceNotRun('crash of one of two nodes', postgres.missing)

const servers: ServerProcess[] = []
let house: Installation | undefined

async function start(environment: Readonly<Record<string, string>>): Promise<ServerProcess> {
  const server = await startServer({ environment })
  servers.push(server)
  return server
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.kill()))
  await house?.remove()
}, patience)

afterAll(async () => {
  if (!('missing' in postgres)) await postgres.stop()
}, patience)

describe('a server with the embedded database', () => {
  it(
    'killed five times at work has lost nothing it acknowledged, opens its folder again and takes nothing twice (K01, K03, D02)',
    async () => {
      house = await makeInstallation()
      const environment = { ...house.environment, GATEHOUSE_DATA: await house.dataFolder('embedded') }
      const total = emptyLedger()
      const people: Person[] = []
      const secondsToReady: number[] = []
      const settled = { valid: 0, spent: 0 }
      let server = await start(environment)
      const firstDoor = openDoor(server)
      await created(createPool(firstDoor, await managementToken(firstDoor)))
      for (const client of [0, 1, 2]) {
        const person = { username: `stays.${client}`, password: 'a bench by the water' }
        const answer = await created(createUser(firstDoor, await managementToken(firstDoor), person))
        total.users.push({ ...person, userId: text(answer, 'id') })
        people.push(person)
      }
      expect(await startAgain(environment)).toMatch(/in use by another Gatehouse/)

      for (let life = 0; life < lives - 1; life += 1) {
        const door = openDoor(server)
        const ledger = emptyLedger()
        const load: Load = {
          ledger,
          doorOf: () => door,
          token: await managementToken(door),
          prefix: `life${life}`,
          endsWithServer: true,
          isOver: () => false,
        }
        const clients = [
          ...[0, 1, 2].map((client) => createUsers(load, client)),
          ...people.map((person) => signInAndStay(load, () => person)),
        ]
        const isEnough = () => ledger.users.length >= enoughUsers && ledger.spent.length >= enoughSpent
        // In the middle of something that may be used once.
        await until(() => isEnough() && ledger.underWay > 0, ledger)
        // A little later in each life, so that deaths are spread over the way of a request.
        await pause(life * 6)
        await server.kill()
        await Promise.all(clients)

        server = await start(environment)
        secondsToReady.push(server.secondsToReady)
        const again = openDoor(server)
        for (const thing of ledger.unanswered) {
          const takings = await takingsOf(again, thing)
          expect(takings).toBeLessThanOrEqual(1)
          settled[takings === 1 ? 'valid' : 'spent'] += 1
        }
        for (const thing of ledger.spent) expect(await takingsOf(again, thing, 1)).toBe(1)
        const token = await managementToken(again)
        for (const person of ledger.unansweredUsers) {
          expect([201, 409]).toContain((await createUser(again, token, person)).status)
        }
        const newest = ledger.users.slice(-2)
        for (const person of [...newest, ...ledger.unansweredUsers]) {
          expect(await signIn(new Browser(() => again), person)).toBeDefined()
        }
        add(total, ledger)
      }

      const door = openDoor(server)
      const token = await managementToken(door)
      for (const { userId, username } of total.users) {
        const { status, body } = await readUser(door, token, userId)
        expect(status).toBe(200)
        expect(body).toMatchObject({ identifiers: [{ identifier: username }], credentials: [{ type: 'password' }] })
      }
      expect(servers.flatMap(failuresOf)).toEqual([])
      expect(total.wrongAnswers).toEqual([])
      await server.stop()

      const embedded = await openEmbedded(environment.GATEHOUSE_DATA)
      try {
        // Reads every row and builds every index anew: a torn page or a row that is there twice stops it.
        await embedded.pglite.exec('reindex schema public')
        const findings = await audit(
          async (sql, values = []) => (await embedded.pglite.query(sql, [...values])).rows as never,
        )
        holdAgainst(total, findings, { heard: total.spent.length + settled.valid, unheard: settled.spent })
      } finally {
        await embedded.db.close()
      }
      console.log(
        `crash: embedded: ${lives - 1} kills, ${secondsToReady.length} restarts on the same folder, ready after ${range(secondsToReady)} s; ` +
          `acknowledged ${total.users.length} users and ${total.spent.length} spent codes and tokens, lost 0, taken twice 0; ` +
          `unanswered ${total.unanswered.length} (then valid ${settled.valid}, spent ${settled.spent}) and ${total.unansweredUsers.length} users`,
      )
    },
    patience,
  )
})

describe.skipIf('missing' in postgres)('two servers on one PostgreSQL', () => {
  it(
    'when one is killed at work, twice, the other goes on, and nothing is taken twice (K01, D02)',
    async () => {
      if ('missing' in postgres) return
      house = await makeInstallation({ DATABASE_URL: postgres.url })
      const folders = [await house.dataFolder('node-0'), await house.dataFolder('node-1')] as const
      const environmentOf = (folder: string) => ({ ...house?.environment, GATEHOUSE_DATA: folder })
      const [stays, first] = await Promise.all([start(environmentOf(folders[0])), start(environmentOf(folders[1]))])
      let dies = first
      const door = openDoor(stays)
      const token = await managementToken(door)
      await created(createPool(door, token))

      const ledger = emptyLedger()
      const contended: Contended[] = []
      let turn = 0
      let isOver = false
      /** What a balancer sends to: it stops with a node that refuses connections. */
      let alive: readonly Door[] = [door, openDoor(dies)]
      const load: Load = {
        ledger,
        doorOf: () => alive[(turn += 1) % alive.length] ?? door,
        token,
        prefix: 'two',
        endsWithServer: false,
        isOver: () => isOver,
      }
      const people: Person[] = []
      for (const client of [0, 1, 2]) {
        const person = { username: `contends.${client}`, password: 'four gulls on a mast' }
        const answer = await created(createUser(door, token, person))
        ledger.users.push({ ...person, userId: text(answer, 'id') })
        people.push(person)
      }
      const clients = [
        createUsers(load, 0),
        ...people.map((person) =>
          contend(
            load,
            () => alive,
            person,
            (one) => contended.push(one),
          ),
        ),
      ]
      const secondsToReady: number[] = []
      let withoutTheOther = 0
      for (let kill = 0; kill < kills; kill += 1) {
        const atStart = contended.length
        await until(() => contended.length >= atStart + 20 && ledger.underWay > 0, ledger)
        await dies.kill()
        alive = [door]
        const before = { things: contended.length, users: ledger.users.length }
        const isGoingOn = () => contended.length >= before.things + 20 && ledger.users.length > before.users
        ;[dies] = await Promise.all([start(environmentOf(folders[1])), until(isGoingOn, ledger)])
        withoutTheOther += contended.length - before.things
        secondsToReady.push(dies.secondsToReady)
        alive = [door, openDoor(dies)]
      }
      isOver = true
      await Promise.all(clients)

      for (const { thing } of contended) expect(thing.given.size).toBeLessThanOrEqual(1)
      // Nobody heard of a success only where somebody heard nothing at all.
      expect(contended.filter(({ thing, broken }) => thing.given.size === 0 && broken === 0)).toEqual([])
      /** Taken once and heard of, or refused because it was taken and nobody heard. */
      const settled = { valid: 0, spent: 0 }
      for (const thing of ledger.unanswered) {
        const takings = await takingsOf(door, thing)
        expect(takings).toBeLessThanOrEqual(1)
        settled[takings === 1 ? 'valid' : 'spent'] += 1
      }
      for (const { thing } of contended) {
        for (const either of alive) expect(await takingsOf(either, thing, 1)).toBeLessThanOrEqual(1)
        settled[thing.given.size === 1 ? 'valid' : 'spent'] += 1
      }
      for (const person of ledger.unansweredUsers) {
        expect([201, 409]).toContain((await createUser(door, token, person)).status)
      }
      expect(servers.flatMap(failuresOf)).toEqual([])
      expect(ledger.wrongAnswers).toEqual([])

      const client = new pg.Client({ connectionString: postgres.url })
      await client.connect()
      const findings = await audit(async (sql, values = []) => (await client.query(sql, [...values])).rows as never)
      await client.end()
      holdAgainst(ledger, findings, { heard: ledger.spent.length + settled.valid, unheard: settled.spent })
      const brokenUses = sum(contended.map(({ broken }) => broken))
      console.log(
        `crash: two nodes: ${kills} kills of one, ready again after ${range(secondsToReady)} s; ${contended.length} codes and tokens used by 4 at once ` +
          `(${withoutTheOther} while it was away), each taken at most once, uses that broke off ${brokenUses}, taken and unheard ${settled.spent}; ` +
          `acknowledged ${ledger.users.length} users, lost 0`,
      )
    },
    patience,
  )
})

/** What a second server on a folder that is in use says. */
async function startAgain(environment: Readonly<Record<string, string>>): Promise<string> {
  try {
    await (await startServer({ environment })).kill()
    return 'it started'
  } catch (error) {
    if (error instanceof NotReady && error.code === 1) return error.words
    throw error
  }
}

/** How often a thing was taken, after being used so many times more; a refusal must be the one of RFC 6749 §5.2. */
async function takingsOf(door: Door, thing: OneTimeThing, times = 2): Promise<number> {
  for (let n = 0; n < times; n += 1) {
    const { status, body } = await thing.use(door)
    expect([200, 400]).toContain(status)
    expect(body['error']).toBe(status === 200 ? undefined : 'invalid_grant')
  }
  return thing.given.size
}

/** Everything that a client was told is there, once and whole; whatever else is there is whole too. */
function holdAgainst(ledger: Ledger, findings: Findings, tokens: { heard: number; unheard: number }): void {
  const whole = { identifiers: 1, names: 1, homes: 1, passwords: 1, created: 1, credentialCreated: 1 }
  for (const parts of findings.users.values()) expect(parts).toMatchObject(whole)
  for (const { userId, username } of ledger.users) expect(findings.users.get(userId)?.username).toBe(username)
  const names = [...findings.users.values()].map(({ username }) => username)
  const sent = [...ledger.users, ...ledger.unansweredUsers].map(({ username }) => username)
  expect(names.toSorted()).toEqual(sent.toSorted())
  for (const [table, orphans] of Object.entries(findings.orphans))
    expect({ table, orphans }).toEqual({ table, orphans: 0 })
  expect(findings.issued).toBeGreaterThanOrEqual(tokens.heard)
  expect(findings.issued).toBeLessThanOrEqual(tokens.heard + tokens.unheard)
  expect(findings.accepted).toBeGreaterThanOrEqual(ledger.signIns)
}

function add(total: Ledger, ledger: Ledger): void {
  total.users.push(...ledger.users)
  total.unansweredUsers.push(...ledger.unansweredUsers)
  total.spent.push(...ledger.spent)
  total.unanswered.push(...ledger.unanswered)
  total.wrongAnswers.push(...ledger.wrongAnswers)
  total.signIns += ledger.signIns
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0)

const range = (seconds: readonly number[]): string =>
  `${Math.min(...seconds).toFixed(1)}..${Math.max(...seconds).toFixed(1)}`

/** Waits for the clients to come so far; a wrong answer ends the waiting. */
async function until(isReached: () => boolean, ledger: Ledger): Promise<void> {
  while (!isReached()) {
    expect(ledger.wrongAnswers).toEqual([])
    await pause(5)
  }
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))
