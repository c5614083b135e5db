import { createUser, redeem, refresh, text } from './application.ts'
import type { JsonAnswer, Person } from './application.ts'
import { Browser, signIn } from './browser.ts'
import type { Code } from './browser.ts'
import type { Door } from './door.ts'

/** A code or refresh token, and how to use it. */
export interface OneTimeThing {
  readonly kind: 'code' | 'refresh token'
  /**
   * The refresh tokens that came for it. Equal answers to an equal refresh within seconds are one taking (decision 0012);
   * two different ones mean that it was taken twice.
   */
  readonly given: ReadonlySet<string>
  use(door: Door): Promise<JsonAnswer>
}

/** What the clients of a server were told, kept where no crash of the server reaches it. */
export interface Ledger {
  /** Answered 201. */
  readonly users: (Person & { readonly userId: string })[]
  /** Sent, and the connection broke before an answer. */
  readonly unansweredUsers: Person[]
  /** Answered 200 with tokens. */
  readonly spent: OneTimeThing[]
  readonly unanswered: OneTimeThing[]
  /** Uses that are on their way at this moment. */
  underWay: number
  /** Codes that came back to the application: each is a sign-in that was completed. */
  signIns: number
  /** Answers that no client should get, such as a 500. */
  readonly wrongAnswers: string[]
}

export const emptyLedger = (): Ledger => ({
  users: [],
  unansweredUsers: [],
  spent: [],
  unanswered: [],
  underWay: 0,
  signIns: 0,
  wrongAnswers: [],
})

export interface Load {
  readonly ledger: Ledger
  /** Which node a request goes to. */
  readonly doorOf: () => Door
  readonly token: string
  /** Begins every username, so that those of two loads differ. */
  readonly prefix: string
  /** Whether a broken connection ends a client; otherwise it tries again elsewhere. */
  readonly endsWithServer: boolean
  readonly isOver: () => boolean
}

const password = 'steady as a harbour wall'
/** Rotations of one family before the client signs in anew. */
const rotations = 3

/** Resolves to undefined when the connection broke. Anything else that fails is a mistake of the test's. */
const orBroken = <T>(answer: Promise<T>): Promise<T | undefined> =>
  answer.catch((error: unknown) => {
    if (
      error instanceof Error &&
      'code' in error &&
      ['ECONNRESET', 'ECONNREFUSED', 'EPIPE'].includes(String(error.code))
    )
      return undefined
    throw error
  })

/** An application that creates one user after the other. */
export async function createUsers(load: Load, client: number): Promise<void> {
  const { ledger } = load
  for (let n = 0; !load.isOver(); n += 1) {
    const person = { username: `${load.prefix}.c${client}.${n}`, password }
    const answer = await orBroken(createUser(load.doorOf(), load.token, person))
    if (!answer) {
      ledger.unansweredUsers.push(person)
      if (load.endsWithServer) return
    } else if (answer.status === 201) ledger.users.push({ ...person, userId: text(answer, 'id') })
    else ledger.wrongAnswers.push(`create user: ${answer.status}`)
  }
}

/** A person who signs in, stays for some rotations, and signs in again. */
export async function signInAndStay(load: Load, personOf: () => Person): Promise<void> {
  while (!load.isOver()) {
    const code = await beginAnew(load, personOf())
    if (!code) {
      if (load.endsWithServer) return
      continue
    }
    let thing: OneTimeThing | undefined = codeThing(code)
    for (let n = 0; thing && n <= rotations; n += 1) thing = await spend(load, thing)
  }
}

/** @returns undefined when the connection broke */
async function beginAnew({ ledger, doorOf }: Load, person: Person): Promise<Code | undefined> {
  const code = await orBroken(signIn(new Browser(doorOf), person).then((came) => came ?? ('refused' as const)))
  if (code === 'refused') {
    ledger.wrongAnswers.push('sign-in: refused')
    return undefined
  }
  if (code) ledger.signIns += 1
  return code
}

/** One thing that several used at the same moment. */
export interface Contended {
  readonly thing: OneTimeThing
  /** Callers who never heard what became of their request. */
  readonly broken: number
}

const contenders = 4

/** A person whose codes and refresh tokens are each used four times at once, on all nodes in turn. */
export async function contend(
  load: Load,
  doors: () => readonly Door[],
  person: Person,
  done: (contended: Contended) => void,
): Promise<void> {
  const { ledger } = load
  const useAtOnce = async (thing: OneTimeThing): Promise<JsonAnswer | undefined> => {
    const all = doors()
    ledger.underWay += contenders
    const answers = await Promise.all(
      Array.from({ length: contenders }, (_, at) => orBroken(thing.use(all[at % all.length] as Door))),
    )
    ledger.underWay -= contenders
    for (const answer of answers) {
      if (answer && answer.status !== 200 && answer.body['error'] !== 'invalid_grant') {
        ledger.wrongAnswers.push(`${thing.kind}: ${answer.status} ${String(answer.body['error'])}`)
      }
    }
    done({ thing, broken: answers.filter((answer) => !answer).length })
    return answers.find((answer) => answer?.status === 200)
  }
  for (let n = 0; !load.isOver(); n += 1) {
    const code = await beginAnew(load, person)
    if (!code) continue
    // A raced code gives tokens that are dead at once, so rotations begin with a code of one caller.
    if (n % 2 === 0) await useAtOnce(codeThing(code))
    else {
      let next = await spend(load, codeThing(code))
      for (let turn = 0; next && turn < rotations; turn += 1) {
        const answer = await useAtOnce(next)
        next = answer && refreshThing(text(answer, 'refresh_token'))
      }
    }
  }
}

export const codeThing = (code: Code): OneTimeThing => oneTimeThing('code', (door) => redeem(door, code))

export const refreshThing = (token: string): OneTimeThing =>
  oneTimeThing('refresh token', (door) => refresh(door, token))

function oneTimeThing(kind: OneTimeThing['kind'], ask: OneTimeThing['use']): OneTimeThing {
  const given = new Set<string>()
  return {
    kind,
    given,
    async use(door) {
      const answer = await ask(door)
      if (answer.status === 200) given.add(text(answer, 'refresh_token'))
      return answer
    },
  }
}

/** @returns the refresh token that came for it; undefined when no answer came */
async function spend({ ledger, doorOf }: Load, thing: OneTimeThing): Promise<OneTimeThing | undefined> {
  ledger.underWay += 1
  const answer = await orBroken(thing.use(doorOf()))
  ledger.underWay -= 1
  if (!answer) {
    ledger.unanswered.push(thing)
    return undefined
  }
  if (answer.status !== 200) {
    ledger.wrongAnswers.push(`${thing.kind}: ${answer.status} ${String(answer.body['error'])}`)
    return undefined
  }
  ledger.spent.push(thing)
  return refreshThing(text(answer, 'refresh_token'))
}
