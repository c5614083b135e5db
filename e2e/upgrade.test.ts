import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import pg from 'pg'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { redeem, refresh, text } from './processes/application.ts'
import { Browser, signIn } from './processes/browser.ts'
import { openDoor } from './processes/door.ts'
import { legacyPerson, makeInstallation } from './processes/installation.ts'
import type { Installation } from './processes/installation.ts'
import { announceNotRun, startPostgres } from './processes/postgres.ts'
import { runCommand, startServer } from './processes/server-process.ts'
import type { ServerProcess } from './processes/server-process.ts'

/** The last commit of the release before this one. */
const previousRelease = '245f222'
const patience = 240_000
const root = dirname(import.meta.dirname)
const postgres = await startPostgres()
if ('missing' in postgres) announceNotRun('the release before on the schema of this one', postgres.missing)
const hasHistory = isInHistory(previousRelease)
if (!hasHistory)
  console.error(`the release before on the schema of this one: NOT RUN (no ${previousRelease} in the history here)`)

const servers: ServerProcess[] = []
let house: Installation | undefined
let folder: string | undefined

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.kill()))
  await house?.remove()
  if (folder !== undefined) await rm(folder, { recursive: true, force: true })
}, patience)

afterAll(async () => {
  if (!('missing' in postgres)) await postgres.stop()
}, patience)

function isInHistory(commit: string): boolean {
  try {
    execFileSync('git', ['cat-file', '-e', `${commit}^{commit}`], { cwd: root, stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** That release's sources, with the packages that are installed here. */
async function previousEntry(): Promise<string> {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-previous-'))
  const archive = execFileSync('git', ['archive', previousRelease, 'package.json', 'packages'], {
    cwd: root,
    maxBuffer: 256 * 1024 * 1024,
  })
  execFileSync('tar', ['-x', '-C', folder], { input: archive })
  const packages = join(folder, 'node_modules')
  await mkdir(join(packages, '@gatehouse'), { recursive: true })
  for (const name of await readdir(join(root, 'node_modules'))) {
    if (name !== '@gatehouse') await symlink(join(root, 'node_modules', name), join(packages, name))
  }
  for (const name of ['contract', 'server'])
    await symlink(join(folder, 'packages', name), join(packages, '@gatehouse', name))
  if (existsSync(join(root, 'packages/server/node_modules'))) {
    await symlink(join(root, 'packages/server/node_modules'), join(folder, 'packages/server/node_modules'))
  }
  return join(folder, 'packages/server/src/main.ts')
}

async function newDatabase(name: string): Promise<string> {
  if ('missing' in postgres) throw new Error(postgres.missing)
  const client = new pg.Client({ connectionString: postgres.url })
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
  const url = new URL(postgres.url)
  url.pathname = `/${name}`
  return url.href
}

describe.skipIf('missing' in postgres || !hasHistory)('the release before', () => {
  it(
    'works on the schema of this one, beside it: sign-in and refresh at either, each with what the other began (U01)',
    async () => {
      house = await makeInstallation({ DATABASE_URL: await newDatabase('upgrade') })
      const environment = { ...house.environment }
      const migrated = await runCommand(['migrate'], {
        ...environment,
        GATEHOUSE_DATA: await house.dataFolder('migrate'),
      })
      expect(migrated).toMatchObject({ code: 0 })
      const [current, previous] = await Promise.all([
        startServer({ environment: { ...environment, GATEHOUSE_DATA: await house.dataFolder('current') } }),
        startServer({
          environment: { ...environment, GATEHOUSE_DATA: await house.dataFolder('previous') },
          entry: await previousEntry(),
        }),
      ])
      servers.push(current, previous)
      const [doorOfCurrent, doorOfPrevious] = [openDoor(current), openDoor(previous)]

      for (const [first, second] of [
        [doorOfPrevious, doorOfCurrent],
        [doorOfCurrent, doorOfPrevious],
      ] as const) {
        const code = await signIn(new Browser(() => first), legacyPerson)
        if (!code) throw new Error('nobody was signed in')
        const tokens = await redeem(second, code)
        expect(tokens.status).toBe(200)
        const refreshed = await refresh(first, text(tokens, 'refresh_token'))
        expect(refreshed.status).toBe(200)
        expect((await refresh(second, text(refreshed, 'refresh_token'))).status).toBe(200)
      }
      const errors = [current, previous].flatMap(({ lines }) => lines.filter(({ level }) => level === 'error'))
      expect(errors).toEqual([])
    },
    patience,
  )
})

describe.skipIf('missing' in postgres)('a migration', () => {
  it(
    'that is killed on its way has changed nothing, and of several that start at once one does it (U02)',
    async () => {
      house = await makeInstallation({ DATABASE_URL: await newDatabase('races') })
      const data = await house.dataFolder('races')
      const environment = { ...house.environment, GATEHOUSE_DATA: data }
      for (const milliseconds of [700, 1000, 1300]) await runCommand(['migrate'], environment, milliseconds)
      const all = await Promise.all([1, 2, 3].map(() => runCommand(['migrate'], environment)))
      expect(
        all.map(({ code, words }) => ({ code, words: words.replaceAll(/^oidc-provider WARNING.*\n/gm, '') })),
      ).toEqual(all.map(() => ({ code: 0, words: '' })))
      const again = await runCommand(['migrate'], environment)
      expect(again.output.trim()).toBe('The schema is up to date.')
      expect((await runCommand(['check'], environment)).output).toContain('schema up to date')
    },
    patience,
  )
})
