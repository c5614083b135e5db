import { generateKeyPairSync, randomBytes, randomUUID, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { hash, verify } from '@node-rs/argon2'
import type { FloorDatabase, Query } from './floor-database.ts'
import { percentile } from './open-loop.ts'

/** What this machine can do at best with one ingredient. A figure of ours is read as a share of its floor. */
export interface Floor {
  readonly name: string
  readonly perSecond: number
  readonly p50Milliseconds: number
  readonly p99Milliseconds: number
  /** Processor time of this process for each; a database server's own is not in it. Others on the machine change it little. */
  readonly cpuMilliseconds: number
  readonly conditions: string
}

/** OWASP's parameters for argon2id, which is what this library hashes with unless told otherwise. */
export const owasp = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** Password checks, as many at once as there are cores: more would only wait for each other. */
export async function passwordFloor(seconds: number): Promise<Floor> {
  const atOnce = availableParallelism()
  const check = await passwordCheck()
  const measured = await atBest(seconds, atOnce, check)
  return { name: 'argon2id verify', ...measured, conditions: `OWASP m=19456 t=2 p=1, ${atOnce} at once` }
}

/** One statement to the database and back, one at a time. */
export async function roundTripFloor(seconds: number, database: FloorDatabase): Promise<Floor> {
  const measured = await atBest(seconds, 1, () => database.query('one', 'select 1', []))
  return { name: 'database round trip', ...measured, conditions: `${database.conditions}, select 1, 1 at once` }
}

/** One row by its key, eight at once: the work that no check of a token can do without. No HTTP. */
export async function lookUpFloor(seconds: number, database: FloorDatabase): Promise<Floor> {
  let index = 0
  const measured = await atBest(seconds, 8, () =>
    database.query('person', 'select person_id, verifier from floor_people where name = $1', [
      `person.${index++ % 1000}`,
    ]),
  )
  return { name: 'look-up', ...measured, conditions: `${database.conditions}: one row by its key, 8 at once` }
}

/**
 * The work that no sign-in can do without, and nothing else: look the name up, check the password, keep a session and
 * two events in one durable transaction, sign two tokens. No HTTP, no pages, no flow that survives a restart. Of hashes
 * only as many run as there are cores.
 *
 * @param atOnce 1 for what it takes alone; twice the cores for what is possible, so that they work while some wait
 */
export async function loginCoreFloor(seconds: number, database: FloorDatabase, atOnce: number): Promise<Floor> {
  const check = atMost(availableParallelism(), await passwordCheck())
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  let index = 0
  const measured = await atBest(seconds, atOnce, async () => {
    const found = await database.query('person', 'select person_id, verifier from floor_people where name = $1', [
      `person.${index++ % 1000}`,
    ])
    if (found.length !== 1) throw new Error('a person is missing')
    await check()
    await database.transaction(async (query) => {
      await insert(query, 'floor_sessions', 'session_id', 'begun_at')
      await insert(query, 'floor_events', 'event_id', 'happened_at')
      await insert(query, 'floor_events', 'event_id', 'happened_at')
    })
    signToken(privateKey)
    signToken(privateKey)
  })
  return {
    name: 'login core',
    ...measured,
    conditions: `${database.conditions}: look-up, argon2id OWASP, session and 2 events in one commit, 2 x ES256, ${atOnce} at once`,
  }
}

/**
 * The work that no token can do without: one durable transaction with so many rows, and one signature. No HTTP.
 *
 * @param rows 1 for a machine's token (its event), 3 for a rotation (the old one spent, the new one, the event)
 */
export async function tokenCoreFloor(seconds: number, database: FloorDatabase, rows: number): Promise<Floor> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const measured = await atBest(seconds, 8, async () => {
    await database.transaction(async (query) => {
      for (let row = 0; row < rows; row++) await insert(query, 'floor_events', 'event_id', 'happened_at')
    })
    signToken(privateKey)
  })
  const conditions = `${database.conditions}: ${rows} ${rows === 1 ? 'row' : 'rows'} in one commit, 1 x ES256, 8 at once`
  return { name: rows === 1 ? 'token core' : 'rotation core', ...measured, conditions }
}

const content = JSON.stringify({ route: 'pool', door: 'portal', client: 'portal', agent: 'a browser of today' })

async function insert(query: Query, table: string, id: string, at: string): Promise<void> {
  await query(table, `insert into ${table} (${id}, person_id, ${at}, content) values ($1, $2, $3, $4)`, [
    randomUUID(),
    randomUUID(),
    new Date(),
    content,
  ])
}

/** As many bytes as the claims of our tokens. */
const claims = randomBytes(500)

function signToken(key: KeyObject): void {
  sign('sha256', claims, { key, dsaEncoding: 'ieee-p1363' })
}

async function passwordCheck(): Promise<() => Promise<void>> {
  const stored = await hash('correct horse battery staple', owasp)
  return async () => {
    if (!(await verify(stored, 'correct horse battery staple'))) throw new Error('a right password was refused')
  }
}

/** Lets so many run at once; the others wait in order. */
function atMost(places: number, work: () => Promise<void>): () => Promise<void> {
  const waiting: Array<() => void> = []
  let running = 0
  return async () => {
    if (running < places) running += 1
    else await new Promise<void>((resolve) => void waiting.push(resolve))
    try {
      await work()
    } finally {
      const next = waiting.shift()
      // Whoever waited takes the place over.
      if (next) next()
      else running -= 1
    }
  }
}

/** A closed loop on purpose: a floor asks how much is possible, not how long people wait. The first tenth is warm-up. */
export async function atBest(seconds: number, atOnce: number, work: () => Promise<unknown>) {
  const warmUntil = performance.now() + seconds * 100
  const end = warmUntil + seconds * 900
  const latencies: number[] = []
  const cpuBefore = process.cpuUsage()
  let count = 0
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let startedAt = performance.now(); startedAt < end;) {
        await work()
        count += 1
        const endedAt = performance.now()
        if (startedAt >= warmUntil) latencies.push(endedAt - startedAt)
        startedAt = endedAt
      }
    }),
  )
  const took = (performance.now() - warmUntil) / 1000
  const cpu = process.cpuUsage(cpuBefore)
  const sorted = latencies.toSorted((a, b) => a - b)
  return {
    perSecond: latencies.length / took,
    cpuMilliseconds: (cpu.user + cpu.system) / 1000 / count,
    p50Milliseconds: percentile(sorted, 0.5) ?? Number.NaN,
    p99Milliseconds: percentile(sorted, 0.99) ?? Number.NaN,
  }
}

/** Measures a floor before and after the work it belongs to and keeps the better: what others took must not flatter us. */
export async function around<T>(floor: () => Promise<Floor>, work: () => Promise<T>) {
  const before = await floor()
  const result = await work()
  const after = await floor()
  return { result, floor: after.perSecond > before.perSecond ? after : before }
}
