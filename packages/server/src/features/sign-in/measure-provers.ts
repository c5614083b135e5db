import { recipeOf } from '../../protocol/password-hash/index.ts'
import { findInStores, findName } from '../directory/index.ts'
import type { LegacyStore, LegacyUser } from '../legacy/index.ts'
import type { Workspace } from '../tenancy/index.ts'
import type { SignInNeeds } from './needs.ts'
import { nobodysVerifier } from './prove.ts'

/** Rows of a store that are looked at to learn which formats its passwords are in. */
const sampledPeople = 200
/** No prover is measured for longer than this; one round is made in any case. */
const mostMilliseconds = 1000

/**
 * Checks passwords that nobody has, in every way this installation checks them: against the pool, in each earlier store for
 * each format found there, and for a name that is nowhere. The times go to `refusals`. Stores that do not answer are left
 * out: how long they do not answer is no measure of a check.
 */
export async function measureProvers(needs: SignInNeeds, workspace: Workspace, rounds: number): Promise<void> {
  const aName = (): string => `nobody-${needs.random.secret().toLowerCase()}`
  const aPassword = (): string => needs.random.secret()
  const look = (): Promise<unknown> => findName(needs.db.reader, needs.keys, workspace, aName(), undefined)

  await measure(needs, 'pool', rounds, async () => {
    await look()
    await needs.hasher.verify(aPassword(), nobodysVerifier)
  })
  for (const store of needs.stores.values()) {
    for (const person of await oneOfEachFormat(store)) {
      await measure(needs, store.storeId, rounds, async () => {
        await look()
        await store.find(person.username)
        await needs.hasher.verify(aPassword(), person.passwordHash ?? nobodysVerifier)
      })
    }
  }
  await measure(needs, 'unknown', rounds, async () => {
    await look()
    const found = await findInStores(needs, needs.stores, workspace, aName(), undefined)
    await needs.hasher.verify(aPassword(), nobodysVerifier)
    if (found.kind === 'unavailable') throw new Error('not every store answered')
  })
}

async function measure(needs: SignInNeeds, prover: string, rounds: number, check: () => Promise<void>): Promise<void> {
  // Once for nothing: what is done for the first time takes longer than it ever will again.
  await check().catch(() => undefined)
  const startedAt = needs.clock.elapsedMilliseconds()
  for (let round = 0; round < rounds; round += 1) {
    const before = needs.clock.elapsedMilliseconds()
    try {
      await check()
    } catch {
      return
    }
    const after = needs.clock.elapsedMilliseconds()
    needs.refusals.record(prover, after - before)
    if (after - startedAt > mostMilliseconds) return
  }
}

/** What a check costs depends on the format and its settings, not on the person. */
async function oneOfEachFormat(store: LegacyStore): Promise<readonly LegacyUser[]> {
  try {
    const formats = new Map<string, LegacyUser>()
    for (const person of await store.list('', sampledPeople)) {
      const recipe = person.passwordHash === undefined ? undefined : recipeOf(person.passwordHash)
      if (recipe) formats.set(JSON.stringify(recipe), person)
    }
    return [...formats.values()]
  } catch {
    return []
  }
}
