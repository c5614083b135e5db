import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import { operatorFacts, operatorId, readPlace, sayProblem } from '../../surfaces/command/index.ts'
import type { Command, CommandHouse, Given, Say } from '../../surfaces/command/index.ts'
import { Problem } from '../../problem/index.ts'
import { linesOf } from '../../protocol/lines.ts'
import type { Line } from '../../protocol/lines.ts'
import { openIndexKeys } from '../directory/index.ts'
import { poolId } from '../pools/index.ts'
import type { PoolId } from '../pools/index.ts'
import { endNeedsOf } from '../sessions/index.ts'
import { findPerson } from './find-person.ts'
import type { Caller } from './identity-backend.ts'
import { importUsers, linesPerBatch, mostImportLineBytes } from './import-users.ts'
import { countImportedLines } from './imports.store.ts'
import { localUpdateUser } from './local-update-user.ts'
import { poolOf } from './read-local.ts'

const userArguments = [
  { name: 'POOL', description: 'The pool that the person is in, as tenant/pool.' },
  { name: 'USER', description: 'The username, another identifier, or the id.' },
] as const

const deactivate: Command = {
  name: 'user deactivate',
  summary: 'Stops a person from signing in, and ends every session and token of theirs at the next request.',
  details: `The same as status "inactive" through the management API. The applications of each session are told. Nothing is deleted;
"gatehouse user activate" lets the person sign in again, with the password they had.`,
  arguments: userArguments,
  run: (house, given, say) => setStatus(deactivate, house, given, say, 'inactive'),
}

const activate: Command = {
  name: 'user activate',
  summary: 'Lets a person sign in again who was stopped from it.',
  details: 'Sessions and tokens from before stay ended.',
  arguments: userArguments,
  run: (house, given, say) => setStatus(activate, house, given, say, 'active'),
}

const setStatus = (command: Command, house: CommandHouse, given: Given, say: Say, status: 'active' | 'inactive') =>
  sayProblem(say, async () => {
    const [tenantId, pool] = readPlace(given.arguments['POOL'], 'tenant/pool', say) ?? []
    if (tenantId === undefined || pool === undefined) return 2
    const facts = operatorFacts(house.random, command)
    const caller: Caller = { tenantId, scopes: new Set(['identity']), clientId: operatorId, facts }
    const user = await findNamed(house, caller, pool, given.arguments['USER'] ?? '')
    if (user.status === status) {
      say(`${user.userId} is ${status} already: nothing was changed.`)
      return 0
    }
    const needs = { ...(await endNeedsOf(house)), transact: house.db.transaction.bind(house.db) }
    await localUpdateUser(needs)(caller, poolId(pool), user.userId, { status }, undefined)
    say(`${user.userId} is ${status} from now on.`)
    return 0
  })

/** @throws Problem `pool.not_found`, `user.not_found` */
async function findNamed({ db }: CommandHouse, caller: Caller, pool: string, typed: string) {
  const found = await poolOf(db.reader, caller, poolId(pool))
  const user =
    (await findPerson(db.reader, found, { kind: 'identifier', identifier: typed })) ??
    (await findPerson(db.reader, found, { kind: 'id', userId: typed }))
  if (!user) throw new Problem('user.not_found')
  return user
}

const importFile: Command = {
  name: 'users import',
  summary: 'Takes in a file of people, a line of JSON each, with the password hashes they have.',
  details: `The same as the import of the management API. A line that was done is not done again: after whatever went wrong, type the same
again, and it goes on where it ended. Nothing stops at a bad line; the first of them are said, and all are counted.`,
  arguments: [{ name: 'FILE', description: 'Lines of JSON, as systemCreateUser takes them.', isPath: true }],
  flags: {
    pool: { description: 'The pool that they go to, as tenant/pool.', value: 'POOL' },
    key: { description: 'What the file is known by when it comes again; its name when absent.', value: 'NAME' },
  },
  run: (house, given, say) =>
    sayProblem(say, async () => {
      const { pool: place, key } = given.flags
      if (typeof place !== 'string') {
        say('--pool is missing: say which pool, as tenant/pool.')
        return 2
      }
      const [tenantId, pool] = readPlace(place, 'tenant/pool', say) ?? []
      if (tenantId === undefined || pool === undefined) return 2
      const facts = operatorFacts(house.random, importFile)
      const caller: Caller = { tenantId, scopes: new Set(['identity']), clientId: operatorId, facts }
      const path = given.arguments['FILE'] ?? ''
      return importFrom(house, caller, poolId(pool), path, typeof key === 'string' ? key : basename(path), say)
    }),
}

const linesPerReport = 20_000
const mostRefusalsSaid = 20

async function importFrom(
  house: CommandHouse,
  caller: Caller,
  id: PoolId,
  path: string,
  key: string,
  say: Say,
): Promise<0 | 1> {
  const { db, clock, random, vault } = house
  const { keys: nameKeys } = await openIndexKeys(house)
  const needs = { reader: db.reader, transact: db.transaction.bind(db), clock, random, vault, nameKeys }
  const pool = await poolOf(db.reader, caller, id)
  const done = await countImportedLines(db.reader, { pool, key })
  const offset = done - (done % linesPerBatch)
  if (offset > 0) say(`${offset} lines were done before: this goes on after them.`)
  const counts = new Map<string, number>()
  let [lines, created, refused] = [offset, 0, 0]
  try {
    // Opened here: a stream that opens by itself fails before anybody listens to it.
    await using file = await open(path)
    const input = { key, offset, lines: without(offset, linesOf(file.createReadStream(), mostImportLineBytes)) }
    for await (const verdicts of importUsers(needs, caller, id, input)) {
      for (const { line, refusal } of verdicts) {
        if (!refusal) created += 1
        else {
          refused += 1
          counts.set(refusal.reason, (counts.get(refusal.reason) ?? 0) + 1)
          if (refused <= mostRefusalsSaid) say(`Line ${line + 1}: ${refusal.reason}. ${refusal.detail ?? ''}`.trim())
        }
      }
      lines += verdicts.length
      if (lines % linesPerReport < verdicts.length) say(`${lines} lines: ${created} people, ${refused} refused.`)
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EISDIR')))
      throw error
    say(`${path} is not a file that can be read.`)
    return 1
  }
  const reasons = [...counts].map(([reason, count]) => `${count} ${reason}`).join(', ')
  say(`Done, ${lines} lines: ${created} people, ${refused} refused${reasons === '' ? '' : ` (${reasons})`}.`)
  return 0
}

/** What comes after so many lines. */
async function* without(count: number, pieces: AsyncIterable<readonly Line[]>): AsyncGenerator<readonly Line[]> {
  let left = count
  for await (const lines of pieces) {
    if (left >= lines.length) left -= lines.length
    else {
      yield left === 0 ? lines : lines.slice(left)
      left = 0
    }
  }
}

/** What an operator does with people. */
export const userCommands: readonly Command[] = [deactivate, activate, importFile]
