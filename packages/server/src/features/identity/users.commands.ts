import { operatorFacts, operatorId, readPlace, sayProblem } from '../../surfaces/command/index.ts'
import type { Command, CommandHouse, Given, Say } from '../../surfaces/command/index.ts'
import { Problem } from '../../problem/index.ts'
import { poolId } from '../pools/index.ts'
import { endNeedsOf } from '../sessions/index.ts'
import { findPerson } from './find-person.ts'
import type { Caller } from './identity-backend.ts'
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

/** What an operator does with people. */
export const userCommands: readonly Command[] = [deactivate, activate]
