import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import pg from 'pg'
import { temporaryFolder } from './temporary-folder.ts'

export type Query = (name: string, text: string, values: readonly unknown[]) => Promise<readonly unknown[]>

/** A database without our server around it, as its driver gives it: what floors are measured on. */
export interface FloorDatabase {
  readonly conditions: string
  readonly query: Query
  /** Durable when it resolves. */
  transaction(work: (query: Query) => Promise<void>): Promise<void>
  close(): Promise<void>
}

/** Two tables of the shape that a sign-in writes, and a thousand names to look up. */
const tables = [
  `create table floor_people (name text primary key, person_id uuid not null, verifier text not null)`,
  `create table floor_sessions (session_id uuid primary key, person_id uuid not null, begun_at timestamptz not null,
     content jsonb not null)`,
  `create index on floor_sessions (person_id)`,
  `create table floor_events (event_id uuid primary key, person_id uuid, happened_at timestamptz not null,
     content jsonb not null)`,
  `create index on floor_events (happened_at)`,
  `insert into floor_people select 'person.' || n, gen_random_uuid(), 'verifier' from generate_series(0, 999) as n`,
]

/** The embedded database in a folder, with the settings of our server: every commit reaches the disk. */
export async function openEmbeddedFloor(): Promise<FloorDatabase> {
  const folder = await temporaryFolder('gatehouse-floor-')
  const startParams = PGlite.defaultStartParams.filter((parameter) => parameter !== '-F')
  const database = await PGlite.create({
    dataDir: join(folder.path, 'database'),
    startParams: [...startParams, '-c', 'shared_buffers=16MB', '-c', 'fsync=on'],
  })
  for (const statement of tables) await database.exec(statement)
  return {
    conditions: 'embedded database',
    query: async (_name, text, values) => (await database.query(text, [...values])).rows,
    transaction: (work) =>
      database.transaction((tx) => work(async (_name, text, values) => (await tx.query(text, [...values])).rows)),
    async close() {
      await database.close()
      await folder.remove()
    },
  }
}

/** @param connections as many as our server opens */
export async function openPostgresFloor(url: string, connections = 10): Promise<FloorDatabase> {
  const pool = new pg.Pool({ connectionString: url, max: connections })
  // Ctrl-C stops PostgreSQL before us; a connection that breaks in use fails its query anyway.
  pool.on('error', () => {})
  for (const statement of tables) await pool.query(statement)
  const on =
    (client: pg.Pool | pg.PoolClient): Query =>
    async (name, text, values) =>
      (await client.query<Record<string, unknown>>({ name, text, values: [...values] })).rows
  return {
    conditions: 'PostgreSQL',
    query: on(pool),
    async transaction(work) {
      const client = await pool.connect()
      try {
        await client.query('begin')
        await work(on(client))
        await client.query('commit')
      } finally {
        client.release()
      }
    },
    close: () => pool.end(),
  }
}
