import type { AdmissionSettings } from '../../platform/config/index.ts'
import { Problem } from '../../problem/index.ts'

/**
 * Where somebody may be turned away. `begin`: a sign-in that has not begun. `prove`: a password or code of a sign-in that
 * is under way. Everything else (tokens, keys, introspection, userinfo, health, the pages of who is inside) always comes in.
 */
export type AdmissionDoor = 'begin' | 'prove'

/** What is asked of the parts that people wait for, each time somebody comes. */
export interface Pressure {
  /** What one more password check would wait. */
  hashWaitMilliseconds(): number
  /** How long the first of those has waited who want a connection to the database. */
  databaseWaitMilliseconds(): number
  /** How late the event loop is on average. */
  delayMilliseconds(): number
  /** Requests that have come and are not answered, this one included. */
  requestsUnderWay(): number
  /** Never steps back. */
  elapsedMilliseconds(): number
}

export interface Admission {
  /**
   * Lets a request in, or turns it away. Asked before anything else is done for it, so it depends on nothing that was
   * typed, and whoever is turned away has spent nothing.
   *
   * @throws Problem `server.busy` with a time to come again
   */
  assertRoom(door: AdmissionDoor): void
  /** Hears of each decision from here on. */
  observe(decided: (door: AdmissionDoor, isAdmitted: boolean) => void): void
}

/**
 * Shares of the longest wait between which more and more new sign-ins are turned away. Below a half, because those who
 * are let in now come for their password check when the queue has grown by everybody who came between.
 */
const beginning = { from: 1 / 4, to: 1 / 2 } as const
/** A sign-in asks the database this often, one answer after the other: what one question waits is waited as often. */
const questions = 30
/**
 * A late event loop or database is nobody's doing while fewer than these are there: a slow machine is not a crowd. They are
 * requests under way, or those who came to one of the doors within two seconds: a starved event loop finishes each request
 * before it reads the next, and one person with a browser is never that quick.
 */
const crowd = 10
/** An event loop as late as this, as a multiple of the setting, has no time for a password check either. */
const provingDelay = 8
/** Seconds over which those who are turned away are spread, so that they do not come back together. */
const spreadSeconds = 5

/**
 * Who is let in when not everybody can be served: first no new sign-ins, then no password checks, so that those who are
 * inside are done soon and everything else stays quick. Between none and all, new sign-ins are turned away in the share that
 * the pressure asks for, evenly: a switch with nothing between would let in bursts.
 */
export function createAdmission(
  { mostWaitMilliseconds, delayMilliseconds }: AdmissionSettings,
  pressure: Pressure,
): Admission {
  let owed = 0
  let turnedAway = 0
  let heard: (door: AdmissionDoor, isAdmitted: boolean) => void = () => {}

  /** When the last of them came, the first of these first. */
  const cameAt: number[] = []
  function isCrowded(): boolean {
    if (pressure.requestsUnderWay() >= crowd) return true
    const [first = 0] = cameAt
    return cameAt.length === crowd && pressure.elapsedMilliseconds() - first < 2000
  }
  const waitMilliseconds = (): number =>
    Math.max(pressure.hashWaitMilliseconds(), isCrowded() ? questions * pressure.databaseWaitMilliseconds() : 0)
  const lateBy = (): number => (isCrowded() ? pressure.delayMilliseconds() / delayMilliseconds : 0)

  function isFull(door: AdmissionDoor): boolean {
    const wait = waitMilliseconds() / mostWaitMilliseconds
    const late = lateBy()
    if (door === 'prove') return wait > 1 || late > provingDelay
    const share = Math.max((wait - beginning.from) / (beginning.to - beginning.from), late - 1)
    owed = Math.min(1, owed + Math.min(1, Math.max(0, share)))
    if (owed < 1 || share <= 0) return false
    owed -= 1
    return true
  }

  return {
    assertRoom(door) {
      cameAt.push(pressure.elapsedMilliseconds())
      if (cameAt.length > crowd) cameAt.shift()
      const full = isFull(door)
      heard(door, !full)
      if (!full) return
      turnedAway += 1
      const retryAfterSeconds = Math.ceil(waitMilliseconds() / 1000) + 1 + (turnedAway % spreadSeconds)
      throw new Problem('server.busy', undefined, { retryAfterSeconds })
    },
    observe(decided) {
      heard = decided
    },
  }
}
