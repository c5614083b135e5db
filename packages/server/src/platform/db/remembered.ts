import { LRUCache } from 'lru-cache'
import type { Reader } from './db.ts'
import type { Tables } from './tables.ts'
import { findWritten } from './written.ts'

/** How long another node's change may stay unseen here; the promise outside is two seconds. */
const longestMilliseconds = 1000
/** Per question and database. */
const mostAnswers = 10_000

interface Answer {
  readonly value: Promise<unknown>
  readonly writtenTimes: number
  /** By the clock that nobody sets. */
  readonly untilMilliseconds: number
}

/**
 * The same read, its answer kept for a second. For rows that describe the installation (workspaces, clients, billers): the
 * next read of this process sees what this process has committed, other nodes see it after a second. Never for users,
 * sessions, credentials, codes or tokens.
 *
 * Inside a transaction nothing is remembered. What is absent is asked for again every time. Callers share the answer, so
 * they must not change it.
 *
 * @param tables all that the read looks at
 */
export function remembered<Key extends readonly string[], T>(
  tables: readonly (keyof Tables)[],
  read: (reader: Reader, ...key: Key) => Promise<T>,
): (reader: Reader, ...key: Key) => Promise<T> {
  const databases = new WeakMap<Reader, LRUCache<string, Answer>>()
  return (reader, ...key) => {
    const written = findWritten(reader)
    if (!written) return read(reader, ...key)
    let answers = databases.get(reader)
    if (!answers) databases.set(reader, (answers = new LRUCache({ max: mostAnswers })))
    const name = JSON.stringify(key)
    const writtenTimes = written.timesOf(tables)
    const present = answers.get(name)
    const nowMilliseconds = performance.now()
    if (present?.writtenTimes === writtenTimes && present.untilMilliseconds > nowMilliseconds) {
      return present.value as Promise<T>
    }
    const value = read(reader, ...key)
    const answer: Answer = { value, writtenTimes, untilMilliseconds: nowMilliseconds + longestMilliseconds }
    answers.set(name, answer)
    const forget = (): void => {
      if (answers.get(name) === answer) answers.delete(name)
    }
    value.then((found) => (found === undefined ? forget() : undefined), forget)
    return value
  }
}
