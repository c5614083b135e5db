import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import pg from 'pg'

export interface RunningPostgres {
  readonly url: string
  /** An empty database beside the first. @returns its address */
  newDatabase(name: string): Promise<string>
  /** SIGKILL, and a start on the same data. Resolves when it takes connections again. */
  killAndStart(): Promise<void>
  stop(): Promise<void>
}

const script = join(dirname(dirname(import.meta.dirname)), 'scripts', 'postgres.ts')

/** A real PostgreSQL for one test file. @returns what it said instead, when it cannot be started on this machine */
export async function startPostgres(): Promise<RunningPostgres | { readonly missing: string }> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script], {
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const failed = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      said += error.message
      resolve()
    })
  })
  const output = createInterface(child.stdout)[Symbol.asyncIterator]()
  const nextLine = async (): Promise<string> => String((await output.next()).value)
  const first = await Promise.race([output.next(), failed.then(() => undefined)])
  const url = first?.done === false ? (JSON.parse(first.value) as { url: string }).url : undefined
  if (url === undefined) {
    child.stdin.destroy()
    return { missing: said.trim().split('\n').at(0) ?? 'it ended without a word' }
  }
  return {
    url,
    async newDatabase(name) {
      const client = new pg.Client({ connectionString: url })
      await client.connect()
      await client.query(`create database ${name}`)
      await client.end()
      const address = new URL(url)
      address.pathname = `/${name}`
      return address.href
    },
    async killAndStart() {
      child.stdin.write('kill\n')
      const line = await nextLine()
      if (!line.includes('"back":true')) throw new Error(`PostgreSQL did not come back: ${line} ${said}`)
    },
    async stop() {
      child.stdin.end()
      await closed
    },
  }
}

/**
 * What a test file does without PostgreSQL: says so where nobody can miss it, and fails where the result counts.
 *
 * @throws Error when `CI=true`
 */
export function announceNotRun(what: string, why: string): void {
  const line = `${what}: NOT RUN (PostgreSQL does not start: ${why})`
  if (process.env['CI'] === 'true') throw new Error(line)
  console.error(line)
}
