import pg from 'pg'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { created, createPool, createUser, managementToken, refresh } from '../processes/application.ts'
import type { Person } from '../processes/application.ts'
import { audit } from '../processes/auditor.ts'
import { openDoor } from '../processes/door.ts'
import { makeInstallation } from '../processes/installation.ts'
import type { Installation } from '../processes/installation.ts'
import { createUsersThrough, emptyOutageLedger, rotateThrough } from '../processes/outage-load.ts'
import type { OutageLoad } from '../processes/outage-load.ts'
import { announceNotRun, startPostgres } from '../processes/postgres.ts'
import { startServer } from '../processes/server-process.ts'
import type { ServerProcess } from '../processes/server-process.ts'

const kills = 2
const patience = 180_000
/** What operators read during an outage; anything else that is logged as an error is a fault of ours. */
const expectedErrors = new Set([
  'database cannot be reached',
  'database connection lost',
  'jobs',
  'refresh',
  'keys',
  'calibrate',
])

const postgres = await startPostgres()
if ('missing' in postgres) announceNotRun('PostgreSQL killed under load', postgres.missing)

let house: Installation | undefined
let server: ServerProcess | undefined

afterEach(async () => {
  await server?.kill()
  await house?.remove()
}, patience)
afterAll(async () => {
  if (!('missing' in postgres)) await postgres.stop()
}, patience)

describe.skipIf('missing' in postgres)('PostgreSQL that is killed and started again under load', () => {
  it(
    'loses nothing that was acknowledged, turns clients away meanwhile, and serves again by itself (K03)',
    async () => {
      if ('missing' in postgres) return
      house = await makeInstallation({ DATABASE_URL: postgres.url })
      server = await startServer({
        environment: { ...house.environment, GATEHOUSE_DATA: await house.dataFolder('node') },
      })
      const door = openDoor(server)
      const token = await managementToken(door)
      await created(createPool(door, token))
      const people: Person[] = []
      for (const client of [0, 1, 2, 3]) {
        const person = { username: `rotates.${client}`, password: 'a bench by the water' }
        await created(createUser(door, token, person))
        people.push(person)
      }
      const ledger = emptyOutageLedger()
      let isOver = false
      const load: OutageLoad = { ledger, doorOf: () => door, isOver: () => isOver }
      const clients = [
        ...[0, 1].map((client) => createUsersThrough(load, token, `outage.c${client}`)),
        ...people.map((person) => rotateThrough(load, person)),
      ]
      const isServed = async (more: number): Promise<void> => {
        const before = ledger.servedAt.length
        while (ledger.servedAt.length < before + more) {
          expect(ledger.wrongAnswers).toEqual([])
          await pause(5)
        }
      }
      const outages: { away: number; recovery: number }[] = []
      for (let kill = 0; kill < kills; kill += 1) {
        await isServed(60)
        const killedAt = performance.now()
        await postgres.killAndStart()
        const backAt = performance.now()
        await isServed(60)
        const lastBad = Math.max(...[...ledger.turnedAwayAt, ...ledger.brokenAt].filter((at) => at >= killedAt))
        outages.push({ away: (backAt - killedAt) / 1000, recovery: Math.max(0, lastBad - backAt) / 1000 })
      }
      isOver = true
      await Promise.all(clients)

      expect(ledger.wrongAnswers).toEqual([])
      expect(ledger.brokenAt).toEqual([])
      expect(ledger.turnedAwayAt.length).toBeGreaterThan(0)
      // What was spent stays spent and what was given is good: a rotation that was acknowledged did not come undone.
      for (const last of ledger.held) expect(await refresh(door, last)).toMatchObject({ status: 200 })

      const client = new pg.Client({ connectionString: postgres.url })
      await client.connect()
      const findings = await audit(async (sql, values = []) => (await client.query(sql, [...values])).rows as never)
      await client.end()
      const whole = { identifiers: 1, names: 1, homes: 1, passwords: 1, created: 1, credentialCreated: 1 }
      for (const parts of findings.users.values()) expect(parts).toMatchObject(whole)
      for (const { userId, username } of ledger.users) expect(findings.users.get(userId)?.username).toBe(username)
      expect(Object.values(findings.orphans)).toEqual(Object.values(findings.orphans).map(() => 0))
      expect(findings.issued).toBeGreaterThanOrEqual(ledger.spent.length + people.length)
      const unexpected = server.lines.filter(({ level, msg }) => level === 'error' && !expectedErrors.has(msg ?? ''))
      expect(unexpected).toEqual([])
      expect(server.words.filter((line) => !line.includes('oidc-provider WARNING'))).toEqual([])

      const list = (numbers: readonly number[]): string => numbers.map((n) => n.toFixed(2)).join(' and ')
      console.log(
        `faults: PostgreSQL killed ${kills} times under load: away ${list(outages.map(({ away }) => away))} s; last client turned away ` +
          `${list(outages.map(({ recovery }) => recovery))} s after it was back (goal 2); acknowledged ${ledger.users.length} users and ` +
          `${ledger.spent.length} rotations, lost 0; turned away ${ledger.turnedAwayAt.length}, slowest answer ${ledger.slowestMilliseconds.toFixed(0)} ms; ` +
          `in doubt ${ledger.doubtfulUsers.length} users, ${ledger.endedInDoubt} rotations that stood unheard`,
      )
    },
    patience,
  )
})

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))
