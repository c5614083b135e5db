import { setTimeout as pause } from 'node:timers/promises'
import { createUser, redeem, refresh, text } from './application.ts'
import type { JsonAnswer, Person } from './application.ts'
import { Browser, signIn } from './browser.ts'
import type { Door } from './door.ts'

/** What clients were told while parts of the house were away. Moments are those of `performance.now()`. */
export interface OutageLedger {
  /** Answered 201. */
  readonly users: (Person & { readonly userId: string })[]
  /** Sent, and answered 503 or not at all: there or not there, and if there then whole. */
  readonly doubtfulUsers: Person[]
  /** Refresh tokens answered with tokens. */
  readonly spent: string[]
  /** The token each client holds at the end. */
  readonly held: string[]
  /** Rotations whose answer never came, and whose token was refused afterwards: the rotation stood. */
  endedInDoubt: number
  /** Moments of answers that were what was wanted. */
  readonly servedAt: number[]
  /** Moments of answers that said to come again. */
  readonly turnedAwayAt: number[]
  /** Moments of connections that broke. */
  readonly brokenAt: number[]
  /** Longest time from sending to an answer of any kind, in milliseconds. */
  slowestMilliseconds: number
  /** What no client should hear. */
  readonly wrongAnswers: string[]
}

export const emptyOutageLedger = (): OutageLedger => ({
  users: [],
  doubtfulUsers: [],
  spent: [],
  held: [],
  endedInDoubt: 0,
  servedAt: [],
  turnedAwayAt: [],
  brokenAt: [],
  slowestMilliseconds: 0,
  wrongAnswers: [],
})

export interface OutageLoad {
  readonly ledger: OutageLedger
  readonly doorOf: () => Door
  readonly isOver: () => boolean
}

/** Between two tries of one client that was turned away. */
const againMilliseconds = 25

type Heard = JsonAnswer | 'turned away' | 'broken'

/** One request, noted. 503 must say when to come again; anything but that and the wanted status is a wrong answer. */
async function ask(
  load: OutageLoad,
  what: string,
  wanted: readonly number[],
  request: () => Promise<JsonAnswer>,
): Promise<Heard> {
  const { ledger } = load
  const startedAt = performance.now()
  const note = (moments: number[]): void => {
    const now = performance.now()
    moments.push(now)
    ledger.slowestMilliseconds = Math.max(ledger.slowestMilliseconds, now - startedAt)
  }
  let answer: JsonAnswer
  try {
    answer = await request()
  } catch (error) {
    if (!isBroken(error)) throw error
    note(ledger.brokenAt)
    return 'broken'
  }
  if (answer.status === 503) {
    if (answer.headers['retry-after'] === undefined) ledger.wrongAnswers.push(`${what}: 503 without Retry-After`)
    note(ledger.turnedAwayAt)
    return 'turned away'
  }
  note(ledger.servedAt)
  if (!wanted.includes(answer.status))
    ledger.wrongAnswers.push(`${what}: ${answer.status} ${JSON.stringify(answer.body)}`)
  return answer
}

const isBroken = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && ['ECONNRESET', 'ECONNREFUSED', 'EPIPE'].includes(String(error.code))

/** An application that creates one user after the other, and goes on with the next name when an answer is in doubt. */
export async function createUsersThrough(load: OutageLoad, token: string, prefix: string): Promise<void> {
  for (let n = 0; !load.isOver(); n += 1) {
    const person = { username: `${prefix}.${n}`, password: 'steady as a harbour wall' }
    const heard = await ask(load, 'create user', [201], () => createUser(load.doorOf(), token, person))
    if (typeof heard === 'string') {
      load.ledger.doubtfulUsers.push(person)
      await pause(againMilliseconds)
    } else if (heard.status === 201) load.ledger.users.push({ ...person, userId: text(heard, 'id') })
  }
}

/** A person whose application rotates its refresh token all the time, and tries again with the same one when in doubt. */
export async function rotateThrough(load: OutageLoad, person: Person): Promise<void> {
  const { ledger } = load
  const first = await tokensOf(load.doorOf, person)
  let held = first
  let isInDoubt = false
  while (!load.isOver()) {
    const heard = await ask(load, 'refresh', isInDoubt ? [200, 400] : [200], () => refresh(load.doorOf(), held))
    if (typeof heard === 'string') {
      isInDoubt = true
      await pause(againMilliseconds)
    } else if (heard.status === 400) {
      ledger.endedInDoubt += 1
      held = await tokensOf(load.doorOf, person)
      isInDoubt = false
    } else if (heard.status === 200) {
      ledger.spent.push(held)
      held = text(heard, 'refresh_token')
      isInDoubt = false
    } else return
  }
  ledger.held.push(held)
}

/** Signs in and gives the refresh token. */
export async function tokensOf(doorOf: () => Door, person: Person): Promise<string> {
  const code = await signIn(new Browser(doorOf), person)
  if (!code) throw new Error(`${person.username} was refused`)
  return text(await redeem(doorOf(), code), 'refresh_token')
}
