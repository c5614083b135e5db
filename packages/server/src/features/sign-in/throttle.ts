import { createHmac } from 'node:crypto'
import type { Clock } from '../../platform/clock/index.ts'
import type { Db } from '../../platform/db/index.ts'
import { lookupKeyText } from '../../protocol/precis.ts'
import type { NameKeys } from '../directory/index.ts'
import { forgive, takeTry } from './throttle.store.ts'
import type { ThrottleRule } from './throttle.store.ts'

/** Ten tries before the first wait, and never more than a quarter of an hour (NIST SP 800-63B-4 §3.2.2 allows 100 in all). */
export const passwordRule: ThrottleRule = { freeTries: 10, firstWaitSeconds: 60, longestWaitSeconds: 900 }
/** Codes are short: fewer tries, longer waits. */
export const codeRule: ThrottleRule = { freeTries: 5, firstWaitSeconds: 300, longestWaitSeconds: 3600 }
/** Messages to one person. */
export const messageRule: ThrottleRule = { freeTries: 5, firstWaitSeconds: 900, longestWaitSeconds: 3600 }

export type TryOutcome = { readonly kind: 'allowed' } | { readonly kind: 'wait'; readonly untilSeconds: number }

export interface Throttle {
  /** Every door that takes a name uses this key, made of the name's key in the index: one count for all of them. */
  keyOfName(workspace: { readonly tenantId: string; readonly workspaceId: string }, typed: string): Buffer
  keyOf(purpose: string, text: string): Buffer
  takeTry(key: Buffer, rule: ThrottleRule): Promise<TryOutcome>
  forgive(key: Buffer): Promise<void>
}

/** @param secret 32 bytes, kept sealed: counters name nobody */
export function createThrottle({
  db,
  clock,
  secret,
  nameKeys,
}: {
  readonly db: Db
  readonly clock: Clock
  readonly secret: Buffer
  readonly nameKeys: NameKeys
}): Throttle {
  const keyOf = (purpose: string, text: string): Buffer =>
    createHmac('sha256', secret).update(`${purpose}\0${text}`).digest()
  return {
    keyOf,
    keyOfName: (workspace, typed) => keyOf('name', nameKeys.ofName(workspace, lookupKeyText(typed)).toString('hex')),
    async takeTry(key, rule) {
      const until = await db.transaction((tx) => takeTry(tx, key, rule, clock.now()))
      return until === undefined
        ? { kind: 'allowed' }
        : { kind: 'wait', untilSeconds: Math.ceil(until.getTime() / 1000) }
    },
    forgive: (key) => db.transaction((tx) => forgive(tx, key)),
  }
}
