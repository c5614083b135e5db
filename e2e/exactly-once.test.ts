import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
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
} from './processes/application.ts'
import type { JsonAnswer, Person } from './processes/application.ts'
import { Browser, forgetPassword, nextCode, signIn } from './processes/browser.ts'
import type { Code, TokenKind } from './processes/browser.ts'
import { changedLine, oneTimeStores } from './processes/compare-and-set.ts'
import { openDoor, race } from './processes/door.ts'
import type { Answer, Door } from './processes/door.ts'
import { legacyPerson, makeInstallation } from './processes/installation.ts'
import type { Installation } from './processes/installation.ts'
import { codeIn, openMailSink } from './processes/mail-sink.ts'
import type { MailSink } from './processes/mail-sink.ts'
import { announceNotRun, startPostgres } from './processes/postgres.ts'
import { failuresOf, startServer } from './processes/server-process.ts'
import type { ServerProcess } from './processes/server-process.ts'

const rounds = 10
const callers = 50
/** A round takes a fifth of this where two cores are shared with other suites. */
const patience = 90_000
/** For so long after its rotation a refresh token gives again what it gave; clocks are read in whole seconds. */
const windowSeconds = 6

const postgres = await startPostgres()
if ('missing' in postgres) announceNotRun('exactly once', postgres.missing)

let house: Installation
let sink: MailSink
let database: pg.Client
let nodes: ServerProcess[] = []
/** Those that were killed too. */
const everyNode: ServerProcess[] = []
let doors: Door[] = []
let folders: string[] = []
let token = ''
const person = { username: 'once.ona', password: 'one of a kind harbour' }

const doorAt = (at: number): Door => {
  const door = doors[at % doors.length]
  if (!door) throw new Error('there is no node')
  return door
}
let turn = 0
/** As a balancer would: each request of a page may reach another node. */
const anyDoor = (): Door => doorAt((turn += 1))

beforeAll(async () => {
  if ('missing' in postgres) return
  sink = await openMailSink()
  house = await makeInstallation({ DATABASE_URL: postgres.url, GATEHOUSE_SMTP_URL: sink.url })
  folders = [await house.dataFolder('node-0'), await house.dataFolder('node-1')]
  // Both on an empty database at once: one migrates, both provision.
  nodes = await Promise.all(folders.map((folder) => startNode(folder)))
  everyNode.push(...nodes)
  doors = nodes.map((node) => openDoor(node))
  database = new pg.Client({ connectionString: postgres.url })
  await database.connect()
  token = await managementToken(doorAt(0))
  await created(createPool(doorAt(1), token))
  await created(createUser(doorAt(0), token, person))
}, patience)

afterAll(async () => {
  if ('missing' in postgres) return
  await database.end()
  await Promise.all(nodes.map((node) => node.stop()))
  await sink.close()
  await postgres.stop()
  await house.remove()
}, patience)

const startNode = (folder: string, imports: readonly string[] = []): Promise<ServerProcess> =>
  startServer({ environment: { ...house.environment, GATEHOUSE_DATA: folder }, imports })

const kindOf = (round: number): TokenKind => (round % 2 === 0 ? 'jwt' : 'opaque')

async function newCode(round: number): Promise<Code> {
  const code = await signIn(new Browser(anyDoor), person, kindOf(round))
  if (!code) throw new Error('the person was refused')
  return code
}

/** One winner, and for everybody else the one word of RFC 6749 §5.2. */
function winnerOf(answers: readonly JsonAnswer[]): JsonAnswer {
  const [winner, ...others] = answers.filter(({ status }) => status === 200)
  expect(others).toEqual([])
  for (const { status, body } of answers.filter((answer) => answer !== winner)) {
    expect({ status, error: body['error'] }).toEqual({ status: 400, error: 'invalid_grant' })
  }
  if (!winner) throw new Error('nobody won')
  return winner
}

/** Everybody hears the tokens of the one who won. */
function sharedAnswer(answers: readonly JsonAnswer[]): JsonAnswer {
  const [first] = answers
  if (!first) throw new Error('nobody asked')
  // Headers name the request and the moment, so they differ.
  for (const { status, body } of answers) expect({ status, body }).toEqual({ status: first.status, body: first.body })
  expect(first.status).toBe(200)
  return first
}

const refreshTokensOf = (answers: readonly JsonAnswer[]): number =>
  new Set(answers.filter(({ status }) => status === 200).map(({ body }) => body['refresh_token'])).size

async function count(sql: string, values: readonly unknown[]): Promise<number> {
  const { rows } = await database.query<{ n: number }>(`select count(*)::int as n from ${sql}`, [...values])
  return rows[0]?.n ?? -1
}

const issued = (grantType: string, since: Date): Promise<number> =>
  count(
    `audit_events where subject = 'access_token' and action = 'issued' and reason is null and occurred_at >= $1 and payload->>'grant_type' = $2`,
    [since, grantType],
  )

const figure = (object: string, successes: readonly number[], more = ''): void =>
  console.log(
    `exactly once: ${object}: ${successes.length} rounds of ${callers} callers on ${doors.length} nodes, winners per object ${Math.min(...successes)}..${Math.max(...successes)}${more}`,
  )

describe.skipIf('missing' in postgres)('a one-time thing, used by fifty callers at once on two nodes', () => {
  it(
    'an authorization code gives tokens once, and those are revoked because somebody else had the code too (TK01, RFC 6749 §4.1.2)',
    async () => {
      const since = new Date()
      const successes: number[] = []
      for (let round = 0; round < rounds; round += 1) {
        const browser = new Browser(anyDoor)
        const code = await signIn(browser, person, kindOf(round))
        if (!code) throw new Error('the person was refused')
        const answers = await race(doors, callers, (door) => redeem(door, code))
        const winner = winnerOf(answers)
        successes.push(answers.filter(({ status }) => status === 200).length)
        for (const door of doors) {
          expect(await isActive(door, text(winner, 'access_token'))).toBe(false)
          expect(await refresh(door, text(winner, 'refresh_token'))).toMatchObject({ status: 400 })
        }
        if (round > 0) continue
        // The person did nothing wrong: the session in the browser stands, and gives a new code with tokens that live.
        const fresh = await redeem(anyDoor(), await nextCode(browser))
        expect(await isActive(anyDoor(), text(fresh, 'access_token'))).toBe(true)
      }
      expect(await issued('authorization_code', since)).toBe(rounds + 1)
      figure('authorization code', successes)
    },
    patience,
  )

  it(
    'a refresh token is rotated once and all hear the same tokens; a use after the window ends the family, on a restarted node too (RT01, RT02, RT03)',
    async () => {
      const since = new Date()
      const families: { spent: string; last: string; accessToken: string }[] = []
      const successes: number[] = []
      for (let round = 0; round < rounds; round += 1) {
        const spent = text(await redeem(anyDoor(), await newCode(round)), 'refresh_token')
        const answers = await race(doors, callers, (door) => refresh(door, spent))
        successes.push(refreshTokensOf(answers))
        const second = await refresh(anyDoor(), text(sharedAnswer(answers), 'refresh_token'))
        expect(second.status).toBe(200)
        families.push({ spent, last: text(second, 'refresh_token'), accessToken: text(second, 'access_token') })
      }
      const racedAt = performance.now()
      expect(await issued('refresh_token', since)).toBe(rounds * 2)
      expect(await count(`audit_events where reason = 'token.answered_again' and occurred_at >= $1`, [since])).toBe(
        rounds * (callers - 1),
      )
      for (const { accessToken } of families) expect(await isActive(anyDoor(), accessToken)).toBe(true)

      await restart(1)
      while ((performance.now() - racedAt) / 1000 <= windowSeconds + 1) await pause(100)
      for (const { spent, last, accessToken } of families.slice(0, rounds / 2)) {
        expect(await refresh(doorAt(1), spent)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
        expect(await refresh(doorAt(0), last)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
        expect(await isActive(doorAt(0), accessToken)).toBe(false)
      }
      for (const subject of ['tokens', 'access_token']) {
        expect(
          await count(`audit_events where reason = 'token.reused' and subject = $2 and occurred_at >= $1`, [
            since,
            subject,
          ]),
        ).toBe(rounds / 2)
      }

      // The thief's reuse and the owner's next rotation at the same moment: what the rotation gave is dead too.
      let rotated = 0
      for (const { spent, last, accessToken } of families.slice(rounds / 2)) {
        const answers = await race(doors, callers, (door, at) => refresh(door, at < callers - 4 ? last : spent))
        const given = answers.filter(({ status }) => status === 200)
        expect(refreshTokensOf(answers)).toBeLessThanOrEqual(1)
        rotated += refreshTokensOf(answers)
        for (const door of doors) {
          expect(await isActive(door, accessToken)).toBe(false)
          for (const answer of given) {
            expect(await isActive(door, text(answer, 'access_token'))).toBe(false)
            expect(await refresh(door, text(answer, 'refresh_token'))).toMatchObject({ status: 400 })
          }
        }
      }
      figure(
        'refresh token',
        successes,
        `, families ended by reuse ${families.length}, of them ${rotated} while being rotated`,
      )
    },
    patience,
  )

  it(
    'a reset code sets one of fifty passwords, and that one signs in (MF02, RS02)',
    async () => {
      const successes: number[] = []
      let refused = 0
      for (let round = 0; round < rounds; round += 1) {
        const { username, answers, wishes } = await raceForPassword(round, doors)
        const set = wishes.filter((_, at) => isSet(answers[at]))
        successes.push(set.length)
        expect(set).toHaveLength(1)
        for (const answer of answers.filter((one) => !isSet(one))) expect(answer).toSatisfy(isRefusedReset)
        // Those who came as far as the code; the others met the limit of five tries, as five wrong passwords will.
        const late = wishes.filter((_, at) => answers[at]?.status === 401)
        refused += late.length
        for (const password of [...late.slice(0, 4), firstPassword]) {
          expect(await signIn(new Browser(anyDoor), { username, password })).toBeUndefined()
        }
        expect(await signIn(new Browser(anyDoor), { username, password: set[0] ?? '' })).toBeDefined()
        expect(
          await count(
            `audit_events e join identifiers i on i.user_id::text = e.affected_user_id::text
             where e.reason = 'password.reset_by_code' and i.canonical = $1`,
            [username],
          ),
        ).toBe(1)
      }
      figure(
        'reset code',
        successes,
        `, others refused at the code ${refused} and before it ${rounds * (callers - 1) - refused}`,
      )
    },
    patience,
  )

  it(
    'the first sign-in of a legacy person makes one user, however many browsers begin it',
    async () => {
      const codes = await Promise.all(
        Array.from({ length: 8 }, () => signIn(new Browser(anyDoor), legacyPerson, 'opaque')),
      )
      expect(codes.every((code) => code !== undefined)).toBe(true)
      expect(await count(`identifiers where canonical = $1`, [legacyPerson.username])).toBe(1)
      expect(await count(`users where legacy_id = 'a1'`, [])).toBe(1)
      expect(await count(`audit_events where reason = 'user.created_from_legacy'`, [])).toBe(1)
    },
    patience,
  )

  it('leaves no failure in the log of any node', () => {
    expect(everyNode).toHaveLength(3)
    expect(everyNode.flatMap(failuresOf)).toEqual([])
  })
})

describe.skipIf('missing' in postgres)('the same rounds without the compare-and-set', () => {
  const hook = pathToFileURL(join(import.meta.dirname, 'processes', 'drop-compare-and-set.ts')).href
  let faulty: ServerProcess
  let faultyDoors: Door[] = []

  beforeAll(async () => {
    faulty = await startNode(await house.dataFolder('faulty'), [hook])
    faultyDoors = [openDoor(faulty)]
  }, patience)
  afterAll(() => faulty.stop(), patience)

  /** @returns successes of each round, up to the first with more than one */
  async function untilDouble(oneRound: (round: number) => Promise<number>): Promise<readonly number[]> {
    const successes: number[] = []
    while (successes.length < 5 && !successes.some((n) => n > 1)) successes.push(await oneRound(successes.length))
    return successes
  }

  const noticed = (object: string, successes: readonly number[]): void =>
    console.log(
      `exactly once: ${object} without compare-and-set: noticed in round ${successes.length}, successes ${successes.join(', ')}`,
    )

  it('were changed in every store where something is spent', () => {
    expect(oneTimeStores.length).toBeGreaterThan(0)
    for (const store of oneTimeStores) expect(faulty.words).toContain(changedLine(store))
  })

  it(
    'give tokens several times for one authorization code',
    async () => {
      const successes = await untilDouble(async (round) => {
        const code = await newCode(round)
        const answers = await race(faultyDoors, callers, (door) => redeem(door, code))
        return answers.filter(({ status }) => status === 200).length
      })
      expect(Math.max(...successes)).toBeGreaterThan(1)
      noticed('authorization code', successes)
    },
    patience,
  )

  it(
    'rotate one refresh token several times',
    async () => {
      const successes = await untilDouble(async (round) => {
        const spent = text(await redeem(anyDoor(), await newCode(round)), 'refresh_token')
        return refreshTokensOf(await race(faultyDoors, callers, (door) => refresh(door, spent)))
      })
      expect(Math.max(...successes)).toBeGreaterThan(1)
      noticed('refresh token', successes)
    },
    patience,
  )

  it(
    'set several passwords with one reset code',
    async () => {
      const successes = await untilDouble(async (round) => {
        const { answers } = await raceForPassword(rounds + round, faultyDoors)
        return answers.filter(isSet).length
      })
      expect(Math.max(...successes)).toBeGreaterThan(1)
      noticed('reset code', successes)
    },
    patience,
  )
})

const firstPassword = 'the password before all'

/** Fifty requests with one code, each with a password of its own, and what was answered to each. */
async function raceForPassword(
  round: number,
  at: readonly Door[],
): Promise<{ username: string; wishes: readonly string[]; answers: readonly Answer[] }> {
  const someone: Person = { username: `reset.ray${round}`, password: firstPassword, email: `ray${round}@new.example` }
  await created(createUser(anyDoor(), token, someone))
  const browser = new Browser(anyDoor)
  const page = await forgetPassword(browser, someone.username)
  const code = codeIn(await sink.mailTo(someone.email ?? ''))
  const wishes = Array.from({ length: callers }, (_, n) => `wish number ${n} of the tide`)
  const answers = await race(at, callers, (door, n) =>
    browser.submitTo(door, page, { code, new_password: wishes[n] ?? '' }, '/reset-password'),
  )
  return { username: someone.username, wishes, answers }
}

const isSet = (answer: Answer | undefined): boolean => answer?.status === 200

/** The page of a wrong code, the page that asks to wait, or back to the form that asks for a new code. */
const isRefusedReset = ({ status, headers }: Answer): boolean =>
  status === 401 || status === 429 || (status === 303 && headers.location?.endsWith('/forgot-password') === true)

async function restart(at: number): Promise<void> {
  await nodes[at]?.kill()
  const node = await startNode(folders[at] ?? '')
  nodes[at] = node
  everyNode.push(node)
  doors[at] = openDoor(node)
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))
