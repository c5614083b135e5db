import { readFile, writeFile } from 'node:fs/promises'
import pg from 'pg'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { systemRandom } from '../../packages/server/src/platform/random/index.ts'
import { make, toColumns } from '../../packages/server/src/protocol/password-hash/index.ts'
import { created, createPool, createUser, managementToken } from '../processes/application.ts'
import { Browser, signIn } from '../processes/browser.ts'
import { openDoor } from '../processes/door.ts'
import { freePort } from '../processes/free-port.ts'
import { freezableWayTo } from '../processes/freezable.ts'
import type { Freezable } from '../processes/freezable.ts'
import { legacyPerson, makeInstallation } from '../processes/installation.ts'
import type { Installation } from '../processes/installation.ts'
import { announceNotRun, startPostgres } from '../processes/postgres.ts'
import { startServer } from '../processes/server-process.ts'
import type { ServerProcess } from '../processes/server-process.ts'

const patience = 180_000
const rounds = 4
const postgres = await startPostgres()
if ('missing' in postgres) announceNotRun('a hanging legacy shard', postgres.missing)

let house: Installation | undefined
let server: ServerProcess | undefined
let way: Freezable | undefined
afterEach(async () => {
  await server?.kill()
  await way?.close()
  await house?.remove()
}, patience)
afterAll(async () => {
  if (!('missing' in postgres)) await postgres.stop()
}, patience)

const hanging = { username: 'hanging.hana', password: 'a tide that waits' }
const migrated = { username: 'migrated.mo', password: 'a bench by the water' }

describe.skipIf('missing' in postgres)('one legacy shard that hangs', () => {
  it(
    'refuses its own people in neutral words, opens its circuit, slows nobody else, and is found again (E06)',
    async () => {
      if ('missing' in postgres) return
      const metricsPort = await freePort()
      house = await makeInstallation({ GATEHOUSE_REFUSAL_MS: '300', GATEHOUSE_METRICS_PORT: String(metricsPort) })
      const url = new URL(postgres.url)
      way = await freezableWayTo(Number(url.port))
      url.port = String(way.port)
      await addShard(house, postgres.url, url.href)
      server = await startServer({
        environment: { ...house.environment, GATEHOUSE_DATA: await house.dataFolder('node') },
      })
      const door = openDoor(server)
      const token = await managementToken(door)
      await created(createPool(door, token))
      await created(createUser(door, token, migrated))
      const others = [migrated, legacyPerson]
      const visit = (person: { username: string; password: string }) =>
        signIn(new Browser(() => door), person, 'opaque')
      const timesOfOthers = async (): Promise<number[]> => {
        const times: number[] = []
        for (let n = 0; n < rounds; n += 1) {
          for (const person of others) {
            const startedAt = performance.now()
            expect(await visit(person)).toBeDefined()
            times.push(performance.now() - startedAt)
          }
        }
        return times.toSorted((a, b) => a - b)
      }
      const isReachable = async (): Promise<boolean> => {
        const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text()
        return /^gatehouse_legacy_reachable\{store="hanging"\} 1$/m.test(text)
      }
      const until = async (wanted: boolean): Promise<number> => {
        const startedAt = performance.now()
        while ((await isReachable()) !== wanted) await pause(50)
        return (performance.now() - startedAt) / 1000
      }

      expect(await visit(hanging)).toBeDefined()
      const before = await timesOfOthers()
      way.freeze()
      const [refused, during] = await Promise.all([visit(hanging), timesOfOthers()])
      expect(refused).toBeUndefined()
      const opened = await until(false)
      const open = await timesOfOthers()
      expect(await visit(hanging)).toBeUndefined()
      way.thaw()
      const found = await until(true)
      expect(await visit(hanging)).toBeDefined()

      const unexpected = server.lines.filter(({ level, msg }) => level === 'error' && msg !== 'scan')
      expect(unexpected).toEqual([])
      const list = (times: readonly number[]): string => `${at(times, 0.5).toFixed(0)}/${at(times, 0.99).toFixed(0)}`
      console.log(
        `faults: one shard hanging: whole sign-ins of others p50/p99 ${list(before)} ms before, ${list(during)} ms while it hangs, ` +
          `${list(open)} ms with its circuit open (open ${opened.toFixed(1)} s after those); its own people refused in neutral words, ` +
          `served again ${found.toFixed(1)} s after it answered`,
      )
    },
    patience,
  )
})

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN

/** A legacy store in PostgreSQL with one person, of a biller of its own, reached through `through`. */
async function addShard({ environment }: Installation, direct: string, through: string): Promise<void> {
  const columns = toColumns(await make({ format: 'aspnet-identity' }, hanging.password, systemRandom.bytes))
  const client = new pg.Client({ connectionString: direct })
  await client.connect()
  await client.query('create table login (id text primary key, biller text, name text, hash text)')
  await client.query('insert into login values ($1, $2, $3, $4)', ['h1', '7', hanging.username, columns?.hash])
  await client.end()
  const read = `select id as legacy_id, biller as biller_key, name as username, hash as password_hash from login`
  await edit(environment['GATEHOUSE_LEGACY_STORES_FILE'], (file) => {
    ;(file['stores'] as unknown[]).push({
      id: 'hanging',
      dialect: 'postgres',
      connection: through,
      passwordFormat: 'aspnet-identity',
      timeoutMilliseconds: 1000,
      statements: {
        find: `${read} where lower(name) = :canonical`,
        list: `${read} where id > :after order by id limit :limit`,
      },
    })
  })
  await edit(environment['GATEHOUSE_PROVISION_FILE'], (file) => {
    ;(file['billers'] as unknown[]).push({
      id: 'hangtown',
      workspace: 'portal',
      name: 'Hangtown Gas',
      guid: '77777777-7777-4777-8777-777777777777',
      mode: 'legacy',
      legacyStore: 'hanging',
      legacyBillerKey: '7',
    })
  })
}

async function edit(path: string | undefined, change: (file: Record<string, unknown>) => void): Promise<void> {
  if (path === undefined) throw new Error('the installation has no such file')
  const file = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>
  change(file)
  await writeFile(path, JSON.stringify(file))
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))
