import { addSeconds } from '../../platform/clock/index.ts'
import type { Clock } from '../../platform/clock/index.ts'
import { announceChange } from '../../platform/db/index.ts'
import type { Db, Tx } from '../../platform/db/index.ts'
import type { Random } from '../../platform/random/index.ts'
import type { Vault } from '../../platform/vault/index.ts'
import { recordEvents } from '../audit/index.ts'
import type { Reason } from '../audit/index.ts'
import { newSigningKey } from './signing-key.ts'
import {
  insertSigningKey,
  listKeyRecords,
  removeKey,
  retireKeys,
  startSigning,
  stopSigning,
} from './signing-keys.store.ts'
import type { KeyPlace, KeyRecord } from './signing-keys.store.ts'

export interface KeyNeeds {
  readonly db: Db
  readonly vault: Vault
  readonly clock: Clock
  readonly random: Random
}

/** All in seconds. */
export interface KeyTimes {
  /** How long anybody may keep the key set: the `max-age` it is served with. */
  readonly keySetSeconds: number
  /** The longest that anything signed stays valid. */
  readonly longestTokenSeconds: number
  /** After how long a key is replaced. Undefined: by command only. */
  readonly rotateAfterSeconds: number | undefined
}

/** Seconds that nodes may be apart: two to take up a change, the rest for clocks that differ. */
const nodeSeconds = 30

/** When a key that was published then is in everybody's cache. */
export const usableAt = (times: KeyTimes, publishedAt: Date): Date =>
  addSeconds(publishedAt, times.keySetSeconds + nodeSeconds)

/** When nothing is valid any more that was signed until then. */
export const retirableAt = (times: KeyTimes, stoppedAt: Date): Date =>
  addSeconds(stoppedAt, times.longestTokenSeconds + nodeSeconds)

export type Rotation =
  | { readonly kind: 'rotated'; readonly from: string; readonly to: string }
  /** The next key is not in everybody's cache yet. */
  | { readonly kind: 'waiting'; readonly next: string; readonly until: Date }
  /** Another node or command did it at the same moment. */
  | { readonly kind: 'raced' }

/**
 * The published next key begins to sign, and a new next key is published. Nothing happens before every cache of the key
 * set can hold the key; asked twice at the same time, one rotation happens.
 */
export async function rotateKeys(needs: KeyNeeds, times: KeyTimes, place: KeyPlace, by: string): Promise<Rotation> {
  const { active, next } = await standing(needs, place)
  if (!active || !next) {
    await publishNext(needs, place, by)
    const published = (await standing(needs, place)).next
    return published
      ? { kind: 'waiting', next: published.kid, until: usableAt(times, published.createdAt) }
      : { kind: 'raced' }
  }
  const now = needs.clock.now()
  const until = usableAt(times, next.createdAt)
  if (until > now) return { kind: 'waiting', next: next.kid, until }
  try {
    const to = await needs.db.transaction(async (tx) => {
      if (!(await stopSigning(tx, place, active.kid, now))) throw new Raced()
      const started = await startSigning(tx, place, addSeconds(now, -times.keySetSeconds - nodeSeconds), now)
      if (started === undefined) throw new Raced()
      await insertNext(tx, needs, place)
      await announceChange(tx, 'keys')
      await record(tx, needs, place, by, 'key.used', { kid: started, before: active.kid })
      return started
    })
    return { kind: 'rotated', from: active.kid, to }
  } catch (error) {
    if (error instanceof Raced) return { kind: 'raced' }
    throw error
  }
}

/** Takes what is over out of the key set. @returns the ids of the keys that are gone */
export async function retireOldKeys(needs: KeyNeeds, times: KeyTimes, place: KeyPlace, by: string): Promise<string[]> {
  const now = needs.clock.now()
  const before = addSeconds(now, -times.longestTokenSeconds - nodeSeconds)
  const records = await listKeyRecords(needs.db.reader, place)
  const isDue = records.some(({ state, retiringAt }) => state === 'retiring' && (retiringAt ?? now) <= before)
  if (!isDue) return []
  return needs.db.transaction(async (tx) => {
    const retired = await retireKeys(tx, place, before, now)
    if (retired.length === 0) return retired
    await announceChange(tx, 'keys')
    for (const kid of retired) await record(tx, needs, place, by, 'key.retired', { kid })
    return retired
  })
}

/**
 * Takes a key out at once: everything that it signed is refused by every node as soon as the nodes look (within two
 * seconds). When it was signing, the next key signs from here on, and a new next key is published.
 *
 * @returns undefined when the workspace publishes no such key
 */
export async function removeSigningKey(
  needs: KeyNeeds,
  times: KeyTimes,
  place: KeyPlace,
  kid: string,
  by: string,
): Promise<{ readonly signing: string; readonly isKnownEverywhere: boolean } | undefined> {
  const now = needs.clock.now()
  return needs.db.transaction(async (tx) => {
    if (!(await removeKey(tx, place, kid, now))) return undefined
    const others = (await listKeyRecords(tx, place)).filter(({ state }) => state !== 'retired')
    let signing = others.find(({ state }) => state === 'active')
    if (!signing) {
      const started = await startSigning(tx, place, undefined, now)
      if (started === undefined) await insertSigningKey(tx, needs.vault, newSigningKey(place, 'active'), now)
      signing = (await listKeyRecords(tx, place)).find(({ state }) => state === 'active')
    }
    await insertNext(tx, needs, place)
    await announceChange(tx, 'keys')
    await record(tx, needs, place, by, 'key.removed', { kid, signing: signing?.kid })
    return {
      signing: signing?.kid ?? '',
      isKnownEverywhere: signing !== undefined && usableAt(times, signing.createdAt) <= now,
    }
  })
}

/** Makes sure that the workspace's next key is published. @returns its id when it is new */
export async function publishNext(needs: KeyNeeds, place: KeyPlace, by: string): Promise<string | undefined> {
  const { active, next } = await standing(needs, place)
  // A workspace that never signed gets both at its first use.
  if (next || !active) return undefined
  return needs.db.transaction(async (tx) => {
    const kid = await insertNext(tx, needs, place)
    if (kid === undefined) return undefined
    await announceChange(tx, 'keys')
    await record(tx, needs, place, by, 'key.published', { kid })
    return kid
  })
}

/** One look of the schedule: publishes what is missing, uses what is due, retires what is over. */
export async function tendKeys(needs: KeyNeeds, times: KeyTimes): Promise<void> {
  const by = 'schedule'
  const records = await listKeyRecords(needs.db.reader)
  const places = new Map(
    records.map(({ tenantId, workspaceId }) => [`${tenantId} ${workspaceId}`, { tenantId, workspaceId }]),
  )
  for (const place of places.values()) {
    await publishNext(needs, place, by)
    const { active } = await standing(needs, place)
    const since = active?.activatedAt ?? active?.createdAt
    const isDue =
      since !== undefined &&
      times.rotateAfterSeconds !== undefined &&
      addSeconds(since, times.rotateAfterSeconds) <= needs.clock.now()
    if (isDue) await rotateKeys(needs, times, place, by)
    await retireOldKeys(needs, times, place, by)
  }
}

/** Somebody else was first: rolls back. Never leaves this file. */
class Raced extends Error {}

async function standing(
  { db }: Pick<KeyNeeds, 'db'>,
  place: KeyPlace,
): Promise<{ readonly active: KeyRecord | undefined; readonly next: KeyRecord | undefined }> {
  const records = await listKeyRecords(db.reader, place)
  return {
    active: records.find(({ state }) => state === 'active'),
    next: records.find(({ state }) => state === 'next'),
  }
}

async function insertNext(tx: Tx, { vault, clock }: KeyNeeds, place: KeyPlace): Promise<string | undefined> {
  const key = newSigningKey(place, 'next')
  return (await insertSigningKey(tx, vault, key, clock.now())) ? key.kid : undefined
}

async function record(
  tx: Tx,
  needs: KeyNeeds,
  place: KeyPlace,
  by: string,
  reason: Reason,
  payload: Readonly<Record<string, unknown>>,
): Promise<void> {
  const facts = { requestId: needs.random.uuid(), ipAddress: '', userAgent: by }
  await recordEvents(tx, needs, facts, [{ ...place, subject: 'server', action: 'updated', reason, payload }])
}
