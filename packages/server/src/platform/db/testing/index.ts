import { createHash, randomBytes } from 'node:crypto'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import pg from 'pg'
import { describe } from 'vitest'
import type { JobStorage } from '../../jobs/index.ts'
import { silentLog } from '../../log/index.ts'
import { migrate, openInMemory, openPostgres } from '../index.ts'
import type { Db } from '../index.ts'

export interface TestDatabase {
  readonly db: Db
  /** Whether two transactions can be open at the same time: true on PostgreSQL. */
  readonly isMultiConnection: boolean
  /** The same database, as jobs want it. */
  readonly storage: JobStorage
  /** Drops the database too. */
  close(): Promise<void>
}

const serverUrl = process.env['TEST_DATABASE_URL']

/** For guarantees that need two connections at once; skipped by name on the embedded database, which has one. */
export function describeMultiConnection(name: string, tests: () => void): void {
  describe.skipIf(serverUrl === undefined)(`${name} (two connections)`, () => {
    tests()
  })
}

/**
 * A migrated, empty database of one's own: in memory, or on the server of `TEST_DATABASE_URL`.
 * Opening takes about a second; open one for a file and keep tests apart by tenants.
 */
export const testDatabase = (): Promise<TestDatabase> => (serverUrl === undefined ? inMemory() : onServer(serverUrl))

async function inMemory(): Promise<TestDatabase> {
  const { db, pglite } = await openInMemory(await migratedDump())
  return { db, storage: { kind: 'embedded', pglite }, isMultiConnection: false, close: () => db.close() }
}

async function onServer(url: string): Promise<TestDatabase> {
  const name = `gatehouse_test_${randomBytes(8).toString('hex')}`
  await onAdministration(url, `create database ${name}`)
  const target = new URL(url)
  target.pathname = `/${name}`
  const { db, pool } = await openPostgres({ url: target.href, poolSize: 10, log: silentLog })
  await migrate(db)
  return {
    db,
    storage: { kind: 'postgres', url: target.href },
    isMultiConnection: true,
    async close() {
      await db.close()
      if (!pool.ended) await pool.end()
      await onAdministration(url, `drop database ${name} with (force)`)
    },
  }
}

async function onAdministration(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

let dump: Promise<Blob> | undefined
const migratedDump = (): Promise<Blob> => (dump ??= readOrMakeDump())

/** Migrating takes seconds, so all workers share one dump on disk, named for the migrations it holds. */
async function readOrMakeDump(): Promise<Blob> {
  const root = repositoryRoot(import.meta.dirname)
  const file = join(root, '.cache', `migrated-${migrationsHash(root)}.tar`)
  if (existsSync(file)) return new Blob([await readFile(file)])
  const { db, pglite } = await openInMemory()
  await migrate(db)
  const made = await pglite.dumpDataDir('none')
  await db.close()
  await mkdir(dirname(file), { recursive: true })
  // Written beside and renamed: another worker reads the whole of it or nothing.
  const beside = `${file}.${randomBytes(6).toString('hex')}`
  await writeFile(beside, Buffer.from(await made.arrayBuffer()))
  await rename(beside, file)
  return made
}

function migrationsHash(root: string): string {
  const hash = createHash('sha256')
  const sources = [
    ...globSync('packages/server/migrations/*.ts', { cwd: root }),
    'packages/server/src/platform/db/embedded.ts',
    'node_modules/@electric-sql/pglite/package.json',
  ]
  for (const source of sources.toSorted()) hash.update(`${source}\0`).update(readFileSync(join(root, source)))
  return hash.digest('hex').slice(0, 16)
}

function repositoryRoot(from: string): string {
  if (existsSync(join(from, 'package-lock.json'))) return from
  const above = dirname(from)
  if (above === from) throw new Error('no package-lock.json above the tests')
  return repositoryRoot(above)
}
