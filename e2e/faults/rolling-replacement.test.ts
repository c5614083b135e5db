import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { created, createPool, createUser, managementToken } from '../processes/application.ts'
import type { Person } from '../processes/application.ts'
import { isQuiet, openDoor } from '../processes/door.ts'
import type { Door } from '../processes/door.ts'
import { legacyPerson, makeInstallation } from '../processes/installation.ts'
import type { Installation } from '../processes/installation.ts'
import { createUsers, emptyLedger, signInAndStay } from '../processes/ledger.ts'
import type { Load } from '../processes/ledger.ts'
import { announceNotRun, startPostgres } from '../processes/postgres.ts'
import { previousRelease } from '../processes/previous-release.ts'
import type { InstalledRelease } from '../processes/previous-release.ts'
import { failuresOf, startServer } from '../processes/server-process.ts'
import type { ServerProcess } from '../processes/server-process.ts'

const patience = 300_000
/** What is heard between two steps of a replacement. */
const enough = 40

const postgres = await startPostgres()
if ('missing' in postgres) announceNotRun('rolling replacement under load', postgres.missing)
const previous = previousRelease()
if ('missing' in previous) console.error(`rolling replacement under load: NOT RUN (${previous.missing})`)

interface Node {
  readonly server: ServerProcess
  readonly door: Door
}

const servers: ServerProcess[] = []
let house: Installation | undefined
let release: InstalledRelease | undefined

afterEach(async () => {
  await Promise.all(servers.map((server) => server.kill()))
  await house?.remove()
  await release?.remove()
}, patience)
afterAll(async () => {
  if (!('missing' in postgres)) await postgres.stop()
}, patience)

describe.skipIf('missing' in postgres || 'missing' in previous)(
  'two nodes of the release before, replaced under load',
  () => {
    it(
      'one after the other by this one, which changes the schema meanwhile, and back again: no request fails (U01)',
      async () => {
        if ('missing' in postgres || 'missing' in previous) return
        house = await makeInstallation({ DATABASE_URL: await postgres.newDatabase('rolling') })
        const { environment, dataFolder } = house
        release = await previous.install()
        const { entry } = release
        const startNode = async (name: string, isPrevious: boolean): Promise<Node> => {
          const server = await startServer({
            environment: { ...environment, GATEHOUSE_DATA: await dataFolder(name) },
            ...(isPrevious ? { entry } : {}),
          })
          servers.push(server)
          return { server, door: openDoor(server) }
        }
        /** As a balancer has them: each request goes to the next. */
        let inTurn: readonly Node[] = [await startNode('before-0', true), await startNode('before-1', true)]
        let turn = 0
        const doorOf = (): Door => {
          turn += 1
          const node = inTurn[turn % inTurn.length]
          if (!node) throw new Error('there is no node')
          return node.door
        }

        const token = await managementToken(doorOf())
        await created(createPool(doorOf(), token))
        const people: Person[] = [legacyPerson]
        for (const n of [0, 1]) {
          const person = { username: `rolling.${n}`, password: 'a bench by the water' }
          await created(createUser(doorOf(), token, person))
          people.push(person)
        }
        let isOver = false
        const ledger = emptyLedger()
        const load: Load = { ledger, doorOf, token, prefix: 'rolled', endsWithServer: false, isOver: () => isOver }
        const clients = [createUsers(load, 0), ...people.map((person) => signInAndStay(load, () => person))]
        const heard = (): number => ledger.users.length + ledger.spent.length + ledger.signIns
        const served = async (): Promise<void> => {
          const before = heard()
          while (heard() < before + enough) {
            expect(ledger.wrongAnswers).toEqual([])
            await pause(5)
          }
        }
        /** The new one takes turns before the old one is taken out; the old one is stopped when it owes nobody an answer. */
        const replace = async (old: Node, name: string, isPrevious: boolean): Promise<void> => {
          const fresh = await startNode(name, isPrevious)
          inTurn = [...inTurn, fresh]
          await served()
          inTurn = inTurn.filter((node) => node !== old)
          await isQuiet(old.door)
          await old.server.stop()
          await served()
        }
        await served()
        const steps: string[] = []
        for (const [to, isPrevious] of [
          ['after', false],
          ['back', true],
        ] as const) {
          for (const [at, old] of inTurn.entries()) {
            const before = heard()
            await replace(old, `${to}-${at}`, isPrevious)
            steps.push(`${heard() - before}`)
          }
        }
        isOver = true
        await Promise.all(clients)

        expect(ledger.wrongAnswers).toEqual([])
        expect(ledger.unanswered).toEqual([])
        expect(ledger.unansweredUsers).toEqual([])
        expect(servers).toHaveLength(6)
        expect(servers.flatMap(failuresOf)).toEqual([])
        console.log(
          `faults: rolling replacement N-1 → N → N-1 on two nodes under load: four replacements, served in each ${steps.join(', ')}; ` +
            `in all ${ledger.users.length} users created, ${ledger.signIns} sign-ins, ${ledger.spent.length} codes and refresh tokens spent; failed 0`,
        )
      },
      patience,
    )
  },
)
