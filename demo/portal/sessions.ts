import { createHash, randomBytes } from 'node:crypto'
import type { Person, Tokens } from './sign-in-service.ts'

/** Somebody who is signed in here. */
export interface Session {
  readonly person: Person
  readonly beganAt: Date
  /** When Gatehouse last said that all is well. */
  confirmedAt: Date
  tokens: Tokens
  /** What the sign-in service calls the session that this one came from. */
  readonly sid: string | undefined
  lastSeenMilliseconds: number
  /** Runs while the tokens are renewed, so that parallel requests spend one refresh token, not two. */
  renewal?: Promise<'good' | 'ended' | 'unreachable'>
}

/** A sign-in on its way: what must come back with the answer, and from the same browser. */
export interface Attempt {
  readonly browserId: string
  readonly nonce: string
  readonly codeVerifier: string
  readonly returnPath: string
}

const idleMilliseconds = 30 * 60_000
const longestMilliseconds = 10 * 3600_000
const attemptMilliseconds = 30 * 60_000
const mostSessions = 5000
const mostAttempts = 5000

/** 256 bits, for a cookie. */
export const randomId = (): string => randomBytes(32).toString('base64url')

export interface Sessions {
  /** @returns the new id for the cookie; ids are kept as digests, so a dump of the memory opens nothing */
  begin(person: Person, tokens: Tokens, sid?: string): string
  find(id: string | undefined): Session | undefined
  end(id: string | undefined): Session | undefined
  /** Every session here that came from one of the sign-in service. */
  endAllOf(sid: string): void
  /** The moment after which the session is over whatever happens. */
  endsAt(session: Session): Date
  keepAttempt(state: string, attempt: Attempt): void
  /** Once; the second time there is nothing. */
  takeAttempt(state: string): Attempt | undefined
}

/** All in memory: a restart of the portal signs everybody out of it, and Gatehouse signs them in again without a password. */
export function createSessions(now: () => number): Sessions {
  const sessions = new Map<string, Session>()
  const attempts = new Map<string, Attempt & { readonly untilMilliseconds: number }>()
  const keyOf = (id: string): string => createHash('sha256').update(id).digest('base64url')
  const isOver = (session: Session): boolean =>
    now() - session.lastSeenMilliseconds > idleMilliseconds || now() - session.beganAt.getTime() > longestMilliseconds

  return {
    begin(person, tokens, sid) {
      const id = randomId()
      const beganAt = new Date(now())
      sessions.set(keyOf(id), { person, tokens, sid, beganAt, confirmedAt: beganAt, lastSeenMilliseconds: now() })
      dropOldest(sessions, mostSessions)
      return id
    },
    find(id) {
      const session = id === undefined ? undefined : sessions.get(keyOf(id))
      if (!session || id === undefined) return undefined
      if (isOver(session)) {
        sessions.delete(keyOf(id))
        return undefined
      }
      session.lastSeenMilliseconds = now()
      return session
    },
    end(id) {
      if (id === undefined) return undefined
      const session = sessions.get(keyOf(id))
      sessions.delete(keyOf(id))
      return session
    },
    endAllOf(sid) {
      for (const [key, session] of sessions) if (session.sid === sid) sessions.delete(key)
    },
    endsAt: (session) => new Date(session.beganAt.getTime() + longestMilliseconds),
    keepAttempt(state, attempt) {
      attempts.set(state, { ...attempt, untilMilliseconds: now() + attemptMilliseconds })
      dropOldest(attempts, mostAttempts)
    },
    takeAttempt(state) {
      const attempt = attempts.get(state)
      attempts.delete(state)
      return attempt && now() < attempt.untilMilliseconds ? attempt : undefined
    },
  }
}

/** Maps keep the order in which things came. */
function dropOldest(map: Map<string, unknown>, most: number): void {
  for (const key of map.keys()) {
    if (map.size <= most) return
    map.delete(key)
  }
}
