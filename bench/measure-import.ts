import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import type { Door } from './http.ts'
import { installation, makePremises } from './installation.ts'
import { memoryOf, processorSecondsOf } from './machine.ts'
import { manage, managementToken } from './people.ts'
import type { Figure } from './report.ts'
import { startServer } from './server.ts'
import { temporaryFolder } from './temporary-folder.ts'

export interface ImportPlan {
  /** An empty database of its own, by its name. @returns its address */
  readonly createDatabase: (name: string) => Promise<string>
  readonly rows: number
  readonly say: (line: string) => void
}

/** As docs/operations/everyday.md advises: what a request has time for. */
const linesPerRequest = 20_000
const doubleOf = 50
const badOf = 200
const tenths = 10

/**
 * M9: a file of people with hashes through the public door, in pieces; 2 % are double and 0.5 % are no people. Beside it
 * what the database needs for the very rows that came of it, moved inside of it in one statement a table: nothing reads,
 * seals or sends them there.
 */
export async function measureImport({ createDatabase, rows, say }: ImportPlan): Promise<readonly Figure[]> {
  const url = await createDatabase('import')
  const folder = await temporaryFolder('gatehouse-import-')
  const files = await writeFiles(folder.path, rows)
  const premises = await makePremises(url)
  // A busy machine must not end a request: what is measured is how fast it goes, not whether it is fast enough.
  const server = await startServer({ ...premises.environment, GATEHOUSE_REQUEST_TIMEOUT_MS: '600000' })
  const pool = await manage(server.door, await managementToken(server.door), '/pools', {
    id: 'imported',
    name: 'Imported',
    workspace_id: installation.organizationId,
  })
  if (pool['id'] !== 'imported') throw new Error('the pool was not made')

  const finishedAt: number[] = []
  const memory: number[] = []
  let [created, refused] = [0, 0]
  const note = async (done: number): Promise<void> => {
    while (done * tenths >= rows * (finishedAt.length + 1)) {
      finishedAt.push(performance.now())
      memory.push((await memoryOf(server.pid))?.residentMebibytes ?? 0)
      say(`import: ${done} of ${rows} lines, ${memory.at(-1)?.toFixed(0)} MiB`)
    }
  }
  const processorBefore = await processorSecondsOf(server.pid)
  const startedAt = performance.now()
  for (const [at, file] of files.entries()) {
    const token = await managementToken(server.door)
    await sendPiece(server.door, token, file, at * linesPerRequest, async (verdicts) => {
      created += verdicts.created
      refused += verdicts.refused
      await note(created + refused)
    })
  }
  const seconds = (performance.now() - startedAt) / 1000
  const processorSeconds = ((await processorSecondsOf(server.pid)) ?? 0) - (processorBefore ?? 0)
  const expected = rows - Math.floor(rows / doubleOf) - Math.floor(rows / badOf)
  if (created !== expected || created + refused !== rows) {
    throw new Error(`of ${rows} lines ${created} were created and ${refused} refused; ${expected} are people`)
  }
  const floor = await floorOf(url, created)
  await server.stop()
  await premises.remove()
  await folder.remove()

  const took = [startedAt, ...finishedAt].slice(0, -1).map((from, at) => (finishedAt[at] ?? from) - from)
  const conditions = `PostgreSQL, ${rows} lines over HTTP in pieces of ${linesPerRequest}, 2 % double, 0.5 % bad; a username, an address, a bcrypt string each`
  return [
    {
      name: 'M9 import',
      value: rows / seconds,
      unit: '/s',
      floor,
      goal: 15_000,
      conditions: `${conditions}; the server's own processor time is ${((processorSeconds / rows) * 1e6).toFixed(0)} µs a line; floor: the same rows moved inside the database`,
    },
    {
      name: 'M9 import, last tenth against the first',
      value: (took.at(-1) ?? 0) / (took[0] ?? 1),
      unit: 'times',
      goal: 1.15,
      conditions: `seconds of each tenth: ${took.map((one) => (one / 1000).toFixed(1)).join(' ')}`,
    },
    {
      name: 'M9 import, memory of the last tenth against the second',
      value: (memory.at(-1) ?? 0) / (memory[1] ?? 1),
      unit: 'times',
      goal: 1.15,
      conditions: `resident MiB at the end of each tenth: ${memory.map((one) => one.toFixed(0)).join(' ')}`,
    },
  ]
}

/** Every 50th line is the one 25 lines before it again, every 200th (from the hundredth on) is cut off. */
async function writeFiles(folder: string, rows: number): Promise<readonly string[]> {
  const files: string[] = []
  for (let from = 0; from < rows; from += linesPerRequest) {
    const path = join(folder, `${from}.ndjson`)
    const file = await open(path, 'w')
    for (let at = from; at < Math.min(from + linesPerRequest, rows); at += 1000) {
      const lines = Array.from({ length: Math.min(1000, rows - at) }, (_, more) => lineOf(at + more))
      await file.write(lines.join(''))
    }
    await file.close()
    files.push(path)
  }
  return files
}

function lineOf(at: number): string {
  const person = at % doubleOf === doubleOf - 1 ? at - 25 : at
  const name = `import.${person.toString(36)}.${(person * 7919).toString(36)}`
  const hash = randomBytes(39).toString('base64').replaceAll('+', '.').slice(0, 52)
  const line = JSON.stringify({
    status: 'active',
    payload: { given_name: 'Robin', family_name: `Doe ${person}` },
    metadata: { crm: person },
    identifiers: [{ type: 'uid', identifier: name }],
    verifiable_addresses: [{ type: 'email', address: `${name}@example.test`, status: 'active', verified: true }],
    credentials: [{ type: 'password', hashed_password: { format: 'bcrypt', hash: `$2b$10$${hash}u` } }],
  })
  return `${at % badOf === 100 ? line.slice(0, -3) : line}\n`
}

async function sendPiece(
  { port, host }: Door,
  token: string,
  path: string,
  offset: number,
  heard: (verdicts: { readonly created: number; readonly refused: number }) => Promise<void>,
): Promise<void> {
  const sent = request({
    port,
    host: '127.0.0.1',
    method: 'POST',
    path: `/api/identity${installation.systemPath}/pools/imported/users/import?offset=${offset}`,
    headers: {
      host,
      authorization: `Bearer ${token}`,
      'content-type': 'application/x-ndjson',
      'idempotency-key': 'a-million',
    },
  })
  const answered = new Promise<void>((resolve, reject) => {
    sent.once('error', reject)
    sent.once('response', (response) => {
      if (response.statusCode !== 200) reject(new Error(`the import was answered ${response.statusCode}`))
      else {
        let rest = ''
        const read = async (): Promise<void> => {
          for await (const piece of response.setEncoding('latin1')) {
            const text = rest + String(piece)
            const end = text.lastIndexOf('\n') + 1
            rest = text.slice(end)
            const created = count(text, '"created"', end)
            await heard({ created, refused: count(text, '"refused"', end) })
          }
        }
        read().then(resolve, reject)
      }
    })
  })
  await Promise.all([pipeline(createReadStream(path, { highWaterMark: 256 * 1024 }), sent), answered])
}

function count(text: string, word: string, end: number): number {
  let found = 0
  for (let at = text.indexOf(word); at >= 0 && at < end; at = text.indexOf(word, at + word.length)) found += 1
  return found
}

const tables = ['directory_names', 'directory_people', 'users', 'identifiers', 'addresses', 'passwords'] as const

/** People a second that the database takes with every index and key of theirs, and nothing else to do. */
async function floorOf(url: string, people: number): Promise<number> {
  const client = new pg.Client(url)
  await client.connect()
  await client.query('create schema floor')
  for (const table of tables) await client.query(`create table floor.${table} (like public.${table} including all)`)
  for (const table of ['identifiers', 'addresses', 'passwords']) {
    await client.query(
      `alter table floor.${table} add foreign key (organization_id, user_id) references floor.users on delete cascade`,
    )
  }
  const startedAt = performance.now()
  for (const table of tables) await client.query(`insert into floor.${table} select * from public.${table}`)
  const seconds = (performance.now() - startedAt) / 1000
  await client.end()
  return people / seconds
}
