import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { created, createPool, createUser, managementToken } from './processes/application.ts'
import { authorization, Browser } from './processes/browser.ts'
import type { Page } from './processes/browser.ts'
import { openDoor, race } from './processes/door.ts'
import type { Door } from './processes/door.ts'
import { makeInstallation } from './processes/installation.ts'
import type { Installation } from './processes/installation.ts'
import { announceNotRun, startPostgres } from './processes/postgres.ts'
import { failuresOf, startServer } from './processes/server-process.ts'
import type { ServerProcess } from './processes/server-process.ts'

const parallel = 100
const patience = 90_000
const freeTries = 10

const postgres = await startPostgres()
if ('missing' in postgres) announceNotRun('guessing', postgres.missing)

let house: Installation
let database: pg.Client
let nodes: ServerProcess[] = []
let doors: Door[] = []
let turn = 0
const anyDoor = (): Door => doors[(turn += 1) % doors.length] as Door

beforeAll(async () => {
  if ('missing' in postgres) return
  house = await makeInstallation({
    DATABASE_URL: postgres.url,
    GATEHOUSE_TRUSTED_HOPS: '1',
    GATEHOUSE_THROTTLE_CLOSE_TRIES: '40',
  })
  const folders = [await house.dataFolder('node-0'), await house.dataFolder('node-1')]
  nodes = await Promise.all(
    folders.map((folder) => startServer({ environment: { ...house.environment, GATEHOUSE_DATA: folder } })),
  )
  doors = nodes.map((node) => openDoor(node))
  database = new pg.Client({ connectionString: postgres.url })
  await database.connect()
  const token = await managementToken(anyDoor())
  await created(createPool(anyDoor(), token))
  for (const username of ['guessed.gwen', 'spread.sam']) {
    await created(createUser(anyDoor(), token, { username, password: 'nobody will ever guess this' }))
  }
}, patience)

afterAll(async () => {
  if ('missing' in postgres) return
  await database.end()
  await Promise.all(nodes.map((node) => node.stop()))
  await postgres.stop()
  await house.remove()
}, patience)

/** A password page of a flow of its own, for each of the parallel tries. */
async function passwordPages(username: string): Promise<{ readonly browser: Browser; readonly page: Page }[]> {
  const pages: { readonly browser: Browser; readonly page: Page }[] = []
  for (let at = 0; at < parallel; at += 1) {
    const browser = new Browser(anyDoor)
    pages.push({
      browser,
      page: await browser.submit(await browser.get(authorization('jwt').url), { username }, '/username'),
    })
  }
  return pages
}

/** How often a password was looked at, and how often it was not, as the audit says. */
async function triesSince(since: Date): Promise<{ readonly looked: number; readonly refused: number }> {
  const { rows } = await database.query<{ reason: string; n: number }>(
    `select reason, count(*)::int as n from audit_events
     where subject = 'login' and action = 'failed' and occurred_at >= $1 group by reason`,
    [since],
  )
  const of = (reason: string): number => rows.find((row) => row.reason === reason)?.n ?? 0
  return {
    looked: of('password.incorrect') + of('name.unknown'),
    refused: of('throttle.waiting') + of('throttle.closed'),
  }
}

async function guess(username: string, addressOf: (at: number) => string) {
  const pages = await passwordPages(username)
  const since = new Date()
  await race(doors, parallel, (door, at) => {
    const one = pages[at]
    if (!one) throw new Error('a page for each')
    const forwarded = { 'x-forwarded-for': addressOf(at) }
    return one.browser.submitTo(door, one.page, { password: `guess ${at}` }, '/password', forwarded)
  })
  const tries = await triesSince(since)
  console.log(
    `guessing: ${parallel} wrong passwords at once on ${doors.length} nodes: looked at ${tries.looked}, refused ${tries.refused}`,
  )
  return tries
}

describe.skipIf('missing' in postgres)('a hundred wrong passwords at once on two nodes', () => {
  it.each(['guessed.gwen', 'nobody.here'])(
    'of %s from one network are looked at ten times (BF03)',
    async (username) => {
      const tries = await guess(username, () => '192.0.2.1')
      expect(tries).toStrictEqual({ looked: freeTries, refused: parallel - freeTries })
    },
    patience,
  )

  it.each(['spread.sam', 'nobody.there'])(
    'of %s from a hundred networks are looked at as often as closes a name (BF03, BF05)',
    async (username) => {
      const tries = await guess(username, (at) => `198.51.100.${at + 1}`)
      expect(tries).toStrictEqual({ looked: 40, refused: parallel - 40 })
    },
    patience,
  )

  it('leave no failure in the log of any node', () => {
    expect(nodes.flatMap(failuresOf)).toEqual([])
  })
})
