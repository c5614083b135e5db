import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { redeem, refresh, text } from './processes/application.ts'
import { Browser, signIn } from './processes/browser.ts'
import { openDoor } from './processes/door.ts'
import { legacyPerson, makeInstallation } from './processes/installation.ts'
import type { Installation } from './processes/installation.ts'
import { announceNotRun, startPostgres } from './processes/postgres.ts'
import { previousRelease } from './processes/previous-release.ts'
import type { InstalledRelease } from './processes/previous-release.ts'
import { runCommand, startServer } from './processes/server-process.ts'
import type { ServerProcess } from './processes/server-process.ts'

const patience = 240_000
const postgres = await startPostgres()
if ('missing' in postgres) announceNotRun('the release before on the schema of this one', postgres.missing)
const previous = previousRelease()
if ('missing' in previous) console.error(`the release before on the schema of this one: NOT RUN (${previous.missing})`)

const servers: ServerProcess[] = []
let house: Installation | undefined
let release: InstalledRelease | undefined

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.kill()))
  await house?.remove()
  await release?.remove()
}, patience)

afterAll(async () => {
  if (!('missing' in postgres)) await postgres.stop()
}, patience)

describe.skipIf('missing' in postgres || 'missing' in previous)('the release before', () => {
  it(
    'works on the schema of this one, beside it: sign-in and refresh at either, each with what the other began (U01)',
    async () => {
      if ('missing' in previous || 'missing' in postgres) return
      house = await makeInstallation({ DATABASE_URL: await postgres.newDatabase('upgrade') })
      release = await previous.install()
      const environment = { ...house.environment }
      const migrated = await runCommand(['migrate'], {
        ...environment,
        GATEHOUSE_DATA: await house.dataFolder('migrate'),
      })
      expect(migrated).toMatchObject({ code: 0 })
      const [current, before] = await Promise.all([
        startServer({ environment: { ...environment, GATEHOUSE_DATA: await house.dataFolder('current') } }),
        startServer({
          environment: { ...environment, GATEHOUSE_DATA: await house.dataFolder('previous') },
          entry: release.entry,
        }),
      ])
      servers.push(current, before)
      const [doorOfCurrent, doorOfPrevious] = [openDoor(current), openDoor(before)]

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
      const errors = [current, before].flatMap(({ lines }) => lines.filter(({ level }) => level === 'error'))
      expect(errors).toEqual([])
    },
    patience,
  )
})

describe.skipIf('missing' in postgres)('a migration', () => {
  it(
    'that is killed on its way leaves each change whole or not begun, and of several that start at once one does it (U02)',
    async () => {
      if ('missing' in postgres) return
      house = await makeInstallation({ DATABASE_URL: await postgres.newDatabase('races') })
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
