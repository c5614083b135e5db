// `npm test`: types, lint, format, tests, browser journeys; stops after the first that fails.
// `npm test -- --database=postgres`: the store and route suites on a real PostgreSQL.
import { spawn } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { findChromium } from '../e2e/chromium.ts'
import { run } from './run.ts'
import type { Running } from './run.ts'
import { addTallies, closingLine, emptyTally, tallyOf } from './tally.ts'
import type { Tally } from './tally.ts'

interface Group {
  readonly name: string
  start(): Running
  count(code: number): Tally
}

const root = dirname(import.meta.dirname)
const results = join(root, '.cache', `test-results-${process.pid}`)

const { values } = parseArgs({ options: { database: { type: 'string', default: 'embedded' } } })
if (values.database !== 'embedded' && values.database !== 'postgres') {
  console.error('usage: npm test [-- --database=embedded|postgres]')
  process.exit(2)
}

let current: Running | undefined
let interruptedBy = 0
const signals = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const
for (const [signal, number] of Object.entries(signals)) {
  process.on(signal, () => {
    interruptedBy ||= number
    current?.stop()
  })
}

await mkdir(results, { recursive: true })
const { tally: total, notRun } = await (values.database === 'postgres' ? onPostgres() : everything())
await rm(results, { recursive: true, force: true })

console.log(`\n${closingLine(total)}`)
if (notRun !== undefined) console.log(`browser journeys: NOT RUN (${notRun})`)
const mustRun = process.env['CI'] === 'true'
process.exit(interruptedBy > 0 ? 128 + interruptedBy : total.failed > 0 || (mustRun && notRun !== undefined) ? 1 : 0)

interface Outcome {
  readonly tally: Tally
  /** Why the browser journeys did not run although everything before them passed. */
  readonly notRun?: string
}

async function everything(): Promise<Outcome> {
  const tally = await runInOrder([
    check('types', 'tsc', ['--noEmit']),
    check('lint', 'oxlint', ['--type-aware', '--deny-warnings']),
    // npm writes package.json files in a shape of its own.
    check('format', 'oxfmt', ['--check', '.', '!**/package.json']),
    suite('tests', ['server', 'demo', 'workshop']),
  ])
  if (tally.failed > 0 || interruptedBy > 0) return { tally }
  if (globSync('e2e/**/*.browser.test.ts', { cwd: root }).length === 0) return { tally, notRun: 'there are none' }
  const found = await findChromium()
  if ('missing' in found) return { tally, notRun: found.missing }
  return { tally: addTallies(tally, await runInOrder([suite('browser journeys', ['browser'])])) }
}

async function onPostgres(): Promise<Outcome> {
  // `detached` keeps the terminal's Ctrl-C from it: it ends when we close its input, after the tests have let go of it.
  const postgres = spawn(process.execPath, [join(import.meta.dirname, 'postgres.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  })
  const closed = new Promise((resolve) => postgres.once('close', resolve))
  try {
    for await (const line of createInterface(postgres.stdout)) {
      const { url } = JSON.parse(line) as { url: string }
      return { tally: await runInOrder([suite('on PostgreSQL', ['server'], { TEST_DATABASE_URL: url })]) }
    }
    return { tally: { ...emptyTally, failed: 1 } }
  } finally {
    postgres.stdin.end()
    await closed
  }
}

function check(name: string, command: string, args: readonly string[]): Group {
  return {
    name,
    start: () => run(command, args),
    count: (code) => ({ ...emptyTally, failed: code === 0 ? 0 : 1 }),
  }
}

function suite(name: string, projects: readonly string[], env: Readonly<Record<string, string>> = {}): Group {
  const report = join(results, `${projects.join('-')}.json`)
  return {
    name,
    start: () =>
      run(
        'vitest',
        [
          'run',
          ...projects.map((project) => `--project=${project}`),
          '--reporter=dot',
          '--reporter=json',
          `--outputFile.json=${report}`,
        ],
        env,
      ),
    count: (code) => tallyOf(existsSync(report) ? readFileSync(report, 'utf8') : undefined, code),
  }
}

/** Prints one line for each group, and all that it said when it failed or was interrupted; then the rest is left out. */
async function runInOrder(groups: readonly Group[]): Promise<Tally> {
  let all = emptyTally
  for (const group of groups) {
    if (all.failed > 0 || interruptedBy > 0) break
    process.stdout.write(group.name.padEnd(18))
    const startedAt = performance.now()
    current = group.start()
    const { code, output } = await current.ended
    current = undefined
    const own = group.count(interruptedBy > 0 ? interruptedBy : code)
    all = addTallies(all, own)
    const took = `${((performance.now() - startedAt) / 1000).toFixed(1)} s`.padStart(8)
    const verdict = interruptedBy > 0 ? 'INTERRUPTED' : own.failed === 0 ? 'ok' : 'FAILED'
    console.log(`${took}  ${verdict}${own.passed === 0 ? '' : `  ${closingLine(own)}`}`)
    if (verdict !== 'ok') console.log(`\n${output.trimEnd()}`)
  }
  return all
}
