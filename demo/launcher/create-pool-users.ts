import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { billers } from '../legacy/billers.ts'
import { guests } from '../legacy/guests.ts'
import { namedPeople } from '../legacy/named-people.ts'
import { poolUsers } from '../legacy/pool-users.ts'
import { createUsers, ensurePools } from '../management/create-pools.ts'
import type { PoolNeeds } from '../management/create-pools.ts'
import { writeWhole } from './write-whole.ts'

/** How far the first filling of the pools is; the office shows it too. */
export interface Progress {
  done: number
  total: number
  /** A line for people; absent: nothing went wrong. */
  trouble?: string
}

/** Raised when the invented people change, so that a folder of before gets the new ones as well. */
const peopleVersion = 1

/** Whether the users were all created, in this very database. */
export function areUsersCreated(markFile: string, databaseUrl: string | undefined): boolean {
  return existsSync(markFile) && readFileSync(markFile, 'utf8') === markOf(databaseUrl)
}

/** The address of a database may hold a password, so only its digest is kept. */
const markOf = (databaseUrl: string | undefined): string =>
  `${JSON.stringify({
    peopleVersion,
    database: createHash('sha256')
      .update(databaseUrl ?? 'embedded')
      .digest('hex'),
  })}\n`

/** The first filling of the pools, in two parts: those a visitor is told of, and everybody else. */
export interface Filling {
  readonly progress: Progress
  firstPart(): Promise<void>
  secondPart(onProgress: () => void): Promise<void>
}

export function startFilling(needs: PoolNeeds, markFile: string, databaseUrl: string | undefined): Filling {
  const withPools = billers.filter((biller) => biller.mode !== 'legacy')
  const named = new Set([...guests, ...namedPeople].map((person) => person.username))
  const everybody = [...poolUsers()]
  const [first, second] = [true, false].map((isFirst) =>
    everybody.filter((user) => named.has(user.username) === isFirst),
  )
  const progress: Progress = { done: 0, total: everybody.length }
  let present: ReadonlySet<string> = new Set()
  return {
    progress,
    async firstPart() {
      present = await ensurePools(needs, withPools)
      await createUsers(needs, { users: first ?? [], present, billers: withPools, onDone: () => (progress.done += 1) })
    },
    async secondPart(onProgress) {
      const onDone = (): void => {
        progress.done += 1
        onProgress()
      }
      await createUsers(needs, { users: second ?? [], present, billers: withPools, onDone })
      writeWhole(markFile, markOf(databaseUrl))
    },
  }
}
