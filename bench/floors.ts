import { availableParallelism } from 'node:os'
import { PGlite } from '@electric-sql/pglite'
import { hash, verify } from '@node-rs/argon2'
import pg from 'pg'
import { percentile } from './open-loop.ts'

/** What this machine can do at best with one ingredient. A figure of ours is read as a share of its floor. */
export interface Floor {
  readonly name: string
  readonly perSecond: number
  readonly p50Milliseconds: number
  readonly p99Milliseconds: number
  readonly conditions: string
}

/** OWASP's parameters for argon2id, which is what this library hashes with unless told otherwise. */
const owasp = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** Password checks, as many at once as there are cores: more would only wait for each other. */
export async function passwordFloor(seconds: number): Promise<Floor> {
  const atOnce = availableParallelism()
  const stored = await hash('correct horse battery staple', owasp)
  const measured = await atBest(seconds, atOnce, async () => {
    if (!(await verify(stored, 'correct horse battery staple'))) throw new Error('a right password was refused')
  })
  return { name: 'argon2id verify', ...measured, conditions: `OWASP m=19456 t=2 p=1, ${atOnce} at once` }
}

/** One statement to the database and back, one at a time: the embedded one, or the one that `url` names. */
export async function roundTripFloor(seconds: number, url: string | undefined): Promise<Floor> {
  if (url === undefined) {
    const database = await PGlite.create()
    const measured = await atBest(seconds, 1, () => database.query('select 1'))
    await database.close()
    return { name: 'database round trip', ...measured, conditions: 'embedded, in memory, select 1, 1 at once' }
  }
  const client = new pg.Client(url)
  await client.connect()
  const measured = await atBest(seconds, 1, () => client.query({ name: 'one', text: 'select 1' }))
  await client.end()
  return { name: 'database round trip', ...measured, conditions: 'PostgreSQL, prepared select 1, 1 at once' }
}

/** A closed loop on purpose: a floor asks how much is possible, not how long people wait. The first tenth is warm-up. */
async function atBest(seconds: number, atOnce: number, work: () => Promise<unknown>) {
  const warmUntil = performance.now() + seconds * 100
  const end = warmUntil + seconds * 900
  const latencies: number[] = []
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let startedAt = performance.now(); startedAt < end;) {
        await work()
        const endedAt = performance.now()
        if (startedAt >= warmUntil) latencies.push(endedAt - startedAt)
        startedAt = endedAt
      }
    }),
  )
  const took = (performance.now() - warmUntil) / 1000
  const sorted = latencies.toSorted((a, b) => a - b)
  return {
    perSecond: latencies.length / took,
    p50Milliseconds: percentile(sorted, 0.5) ?? Number.NaN,
    p99Milliseconds: percentile(sorted, 0.99) ?? Number.NaN,
  }
}
