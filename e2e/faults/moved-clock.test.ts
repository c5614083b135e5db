import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  created,
  createPool,
  createUser,
  isActive,
  managementToken,
  redeem,
  refresh,
  text,
} from '../processes/application.ts'
import { authorization, Browser, forgetPassword, nextCode, signIn } from '../processes/browser.ts'
import type { Code } from '../processes/browser.ts'
import { movableDatabaseClock } from '../processes/database-clock.ts'
import type { DatabaseClock } from '../processes/database-clock.ts'
import { openDoor } from '../processes/door.ts'
import type { Door } from '../processes/door.ts'
import { makeInstallation, portal } from '../processes/installation.ts'
import type { Installation } from '../processes/installation.ts'
import { codeIn, openMailSink } from '../processes/mail-sink.ts'
import type { MailSink } from '../processes/mail-sink.ts'
import { announceNotRun, startPostgres } from '../processes/postgres.ts'
import { failuresOf, startServer } from '../processes/server-process.ts'
import type { ServerProcess } from '../processes/server-process.ts'

const patience = 120_000
const jumpSeconds = 3600
const waitSeconds = 60
/** Of an authorization code: a minute, and the fifteen seconds that the engine allows for the clocks of others. */
const codeSeconds = 75
const accessTokenSeconds = 300
const resetCodeSeconds = 600
/** Between what is read and what is compared with it, on a machine that does other things too. */
const slackSeconds = 20

/** Their passwords are forgotten: of one the code is used at once, of the other when its time is over. */
const forgetful = ['soon', 'late'].map((when) => ({
  username: `clock.${when}`,
  password: 'a bench by the water',
  email: `${when}@new.example`,
}))
const person = { username: 'clock.clara', password: 'a bench by the water' }

const postgres = await startPostgres()
const canRun = !('missing' in postgres) && process.platform !== 'win32'
if (!canRun) announceNotRun('moved clocks', 'missing' in postgres ? postgres.missing : 'no signals on Windows')

interface Node {
  readonly aheadSeconds: number
  readonly server: ServerProcess
  readonly door: Door
}

let house: Installation
let sink: MailSink
let database: pg.Client
let clock: DatabaseClock
let nodes: Node[] = []
const judged = { accepts: 0, rejects: 0 }

beforeAll(async () => {
  if (!canRun || 'missing' in postgres) return
  database = new pg.Client({ connectionString: postgres.url })
  await database.connect()
  clock = await movableDatabaseClock(database)
  sink = await openMailSink()
  const made = await makeInstallation({
    DATABASE_URL: postgres.url,
    GATEHOUSE_SMTP_URL: sink.url,
    GATEHOUSE_THROTTLE_TRIES: '2',
    GATEHOUSE_THROTTLE_FIRST_WAIT_SECONDS: String(waitSeconds),
  })
  house = made
  const start = async (aheadSeconds: number): Promise<Node> => {
    const server = await startServer({
      environment: {
        ...made.environment,
        GATEHOUSE_DATA: await made.dataFolder(`node${aheadSeconds}`),
        MOVED_DATE_SECONDS: String(aheadSeconds),
        MOVED_DATE_JUMP_SECONDS: String(jumpSeconds),
      },
      imports: [join(import.meta.dirname, '..', 'processes', 'moved-date.ts')],
    })
    return { aheadSeconds, server, door: openDoor(server) }
  }
  nodes = await Promise.all([0, 600, -600].map(start))
  const { door } = nodeAt(0)
  const token = await managementToken(door)
  await created(createPool(door, token))
  for (const one of [person, ...forgetful]) await created(createUser(door, token, one))
}, patience)

afterAll(async () => {
  await Promise.all(nodes.map(({ server }) => server.stop()))
  if ('missing' in postgres) return
  await database?.end()
  await postgres.stop()
  await sink?.close()
  await house?.remove()
}, patience)

function nodeAt(at: number): Node {
  const node = nodes[at]
  if (!node) throw new Error('three nodes')
  return node
}

/** Until every node has said so in its log, this often. */
async function allSaid(message: string, times: number): Promise<void> {
  const hasSaid = ({ server }: Node): boolean => server.lines.filter(({ msg }) => msg === message).length >= times
  while (!nodes.every(hasSaid)) await pause(20)
}

let jumps = 0
let moved = 0
/** Moves the time of the whole house, and waits until every node knows. */
async function letPass(seconds: number): Promise<void> {
  await clock.move(seconds)
  jumps += 1
  moved += seconds
  await allSaid('the shared time has jumped', jumps)
}

async function accepts(what: string, answer: Promise<{ readonly status: number; readonly body: unknown }>) {
  const { status, body } = await answer
  judged.accepts += 1
  expect({ what, status, problem: status === 200 ? '' : body }).toStrictEqual({ what, status: 200, problem: '' })
  return body as Record<string, unknown>
}

async function refuses(what: string, answer: Promise<{ readonly status: number; readonly body: unknown }>) {
  const { status, body } = await answer
  judged.rejects += 1
  expect({ what, status, body }).toMatchObject({ what, status: 400, body: { error: 'invalid_grant' } })
}

/** In a browser that was never here. */
async function isLetIn({ door }: Node, password = person.password): Promise<boolean> {
  const browser = new Browser(() => door)
  const first = await browser.get(authorization('jwt').url)
  const second = await browser.submit(first, { username: person.username }, '/username')
  const last = await browser.submit(second, { password }, '/password')
  return last.url.startsWith(portal.redirectUri)
}

/** One more code of somebody who is signed in, from each node. */
const aCodeFromEach = async (browser: (door: Door) => Browser, kind: 'jwt' | 'opaque'): Promise<Code[]> => {
  const codes: Code[] = []
  for (const { door } of nodes) codes.push(await nextCode(browser(door), kind))
  return codes
}

describe.skipIf(!canRun)('nodes whose dates are ten minutes apart either way', () => {
  it(
    'judge codes, tokens, waits and mailed codes by the one clock of their database (T01)',
    async () => {
      // One person and one session, at whichever node is asked next.
      let current = nodeAt(0).door
      const browser = new Browser(() => current)
      const at = (door: Door): Browser => {
        current = door
        return browser
      }
      const first = await signIn(browser, person)
      if (!first) throw new Error('not signed in')
      await accepts('first code', redeem(nodeAt(0).door, first))

      // Every node takes what every other has made, and writes the same time into it.
      for (const taker of nodes) {
        for (const code of await aCodeFromEach(at, 'jwt')) {
          const body = await accepts(`code at ${taker.aheadSeconds}`, redeem(taker.door, code))
          const [, claims = ''] = String(body['id_token']).split('.')
          const { iat, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { iat: number; exp: number }
          const now = await clock.nowSeconds()
          expect(Math.abs(iat - now)).toBeLessThan(slackSeconds)
          expect(exp - iat).toBe(600)
          for (const { door } of nodes) {
            judged.accepts += 1
            expect(await isActive(door, String(body['access_token']))).toBe(true)
          }
        }
      }

      // A wait that one node began is not over at another before its time, and is over there when it is time.
      for (const wrong of [1, 2]) expect(await isLetIn(nodeAt(wrong), 'not this')).toBe(false)
      for (const node of nodes) {
        judged.rejects += 1
        expect(await isLetIn(node)).toBe(false)
      }

      const resets = await Promise.all(
        forgetful.map(async ({ username, email }) => {
          const asking = new Browser(() => nodeAt(0).door)
          const page = await forgetPassword(asking, username)
          const code = codeIn(await sink.mailTo(email))
          return (door: Door) =>
            asking.submitTo(door, page, { code, new_password: `the tide of ${username}` }, '/reset-password')
        }),
      )
      const [soon, late] = resets
      judged.accepts += 1
      expect((await soon?.(nodeAt(1).door))?.status).toBe(200)

      const old = await aCodeFromEach(at, 'opaque')
      const young = await aCodeFromEach(at, 'opaque')
      const tokens: string[] = []
      const families: string[] = []
      for (const [index, code] of young.entries()) {
        const answer = await redeem(nodeAt((index + 1) % 3).door, code)
        tokens.push(text(answer, 'access_token'))
        families.push(text(answer, 'refresh_token'))
      }
      await letPass(codeSeconds)
      for (const [index, code] of old.entries()) {
        await refuses(`old code at ${nodeAt(2 - index).aheadSeconds}`, redeem(nodeAt(2 - index).door, code))
      }
      for (const node of nodes) {
        for (const token of tokens) {
          judged.accepts += 1
          expect(await isActive(node.door, token)).toBe(true)
        }
        judged.accepts += 1
        expect(await isLetIn(node)).toBe(true)
      }
      await letPass(accessTokenSeconds - codeSeconds)
      for (const { door } of nodes) {
        for (const token of tokens) {
          judged.rejects += 1
          expect(await isActive(door, token)).toBe(false)
        }
      }
      for (const [index, family] of families.entries()) {
        families[index] = text(await refresh(nodeAt(index).door, family), 'refresh_token')
        judged.accepts += 1
      }

      await letPass(resetCodeSeconds - accessTokenSeconds)
      judged.rejects += 1
      expect((await late?.(nodeAt(2).door))?.status).not.toBe(200)

      // The date of one node is set while it runs: nothing that is under way there is noticed by anybody.
      const jumping = nodeAt(0)
      const before = await aCodeFromEach(at, 'jwt')
      process.kill(jumping.server.pid, 'SIGUSR2')
      while (!jumping.server.words.some((line) => line.startsWith('the date was set'))) await pause(5)
      for (const code of before) await accepts('code after a jump', redeem(jumping.door, code))
      for (const family of families) await accepts('refresh after a jump', refresh(jumping.door, family))
      judged.accepts += 1
      expect(await isLetIn(jumping)).toBe(true)
      const isTold = (): boolean =>
        jumping.server.lines.some(({ level, aheadSeconds }) => level === 'warn' && aheadSeconds === jumpSeconds - moved)
      while (!isTold()) await pause(20)

      expect(
        nodes.flatMap(({ server }) => failuresOf(server)).filter((line) => !line.startsWith('the date was set')),
      ).toEqual([])
      console.log(
        `faults: three nodes with dates 0, +600 and -600 s, one set by +${jumpSeconds} s while it ran: accepted ${judged.accepts} of ` +
          `${judged.accepts} that were good, refused ${judged.rejects} of ${judged.rejects} that were not; wrong accepts 0, wrong rejects 0`,
      )
    },
    patience,
  )
})
