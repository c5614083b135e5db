import { createHmac } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Clock } from '../../platform/clock/index.ts'
import type { Db } from '../../platform/db/index.ts'
import { networkOf } from '../../protocol/ip-address.ts'
import { lookupKeyText } from '../../protocol/precis.ts'
import type { NameKeys } from '../directory/index.ts'
import { limited } from './throttle-rules.ts'
import type { Purpose, ThrottleRules } from './throttle-rules.ts'
import { recallTryLimits } from './try-limits.store.ts'
import { countRefusal, freeOf, giveBack, readCounters, takeOne, takeTry } from './throttle.store.ts'
import type { CounterKeys, SolvedChallenge } from './throttle.store.ts'

interface WorkspaceName {
  readonly tenantId: string
  readonly workspaceId: string
}

/** Through which address somebody tries: an organization's own, or its workspace's. */
export interface ThrottleDoor extends WorkspaceName {
  readonly organizationId: string | undefined
}

/** Who tries, as far as the server knows it. Nothing a client may choose is part of a counter's key (BF02). */
export interface Trier {
  /** The trusted address of the request; absent for an application that proved itself. */
  readonly ipAddress: string | undefined
  readonly door?: ThrottleDoor | undefined
  /** Whose limits hold where there is no door. */
  readonly tenantId?: string | undefined
  /** Of a browser on which this very name was proved before (`knownBrowsers`). */
  readonly knownBrowser?: string | undefined
  readonly solved?: SolvedChallenge | undefined
}

/** A try that was counted. Give it to `giveBack` when it was right, to `refused` when it was not. */
export interface CountedTry {
  readonly kind: 'allowed'
  readonly keys: CounterKeys
  /** What is held against nobody any more once it was right. */
  readonly lanes: readonly Buffer[]
  readonly totals: readonly Buffer[]
}

export type TryOutcome =
  | CountedTry
  | { readonly kind: 'wait'; readonly untilSeconds: number }
  /** Wait, or do the work that is asked for. */
  | { readonly kind: 'work'; readonly untilSeconds: number }
  /** Too many failures in a row from everywhere: a new password opens the name again, and so does time. */
  | { readonly kind: 'closed'; readonly untilSeconds: number }

export interface Throttle {
  /** Every door that takes a name uses this subject, made of the name's key in the index: one count for all of them. */
  subjectOf(workspace: WorkspaceName, typed: string): Buffer
  /** @param nameKey the name's key in the index, of its `lookupKeyText` */
  subjectOfKey(nameKey: Buffer): Buffer
  subjectOfAddress(workspace: WorkspaceName, address: string): Buffer
  takeTry(purpose: Purpose, subject: Buffer, trier: Trier): Promise<TryOutcome>
  /**
   * Takes one look-up of a name whose answer tells where it leads. Counted for the network alone and never given back: which
   * name it is, and what the answer was, changes nothing.
   */
  takeLookUp(
    trier: Pick<Trier, 'ipAddress'>,
  ): Promise<{ readonly kind: 'allowed' } | { readonly kind: 'wait'; readonly untilSeconds: number }>
  /** What was tried was right. A code opens the name's password too. */
  giveBack(tried: CountedTry): Promise<void>
  /** Nothing is held against the name any more, as after a right one: somebody with the right to do so said so. */
  forgive(purpose: Purpose, subject: Buffer, trier: Trier): Promise<void>
  /** What was tried was wrong; counts for the door, which is only ever a reason to ask for work. */
  refused(tried: CountedTry): Promise<void>
  /**
   * Whether work would be asked of a try from here, as far as this process has seen in the last minute. For pages, so that
   * the work is done while the person types; a try itself is judged by the database.
   */
  isSuspect(trier: Pick<Trier, 'ipAddress' | 'door'>): boolean
}

/** @param secret 32 bytes, kept sealed: counters name nobody */
export function createThrottle({
  db,
  clock,
  secret,
  nameKeys,
  rules,
}: {
  readonly db: Db
  readonly clock: Clock
  readonly secret: Buffer
  readonly nameKeys: NameKeys
  readonly rules: ThrottleRules
}): Throttle {
  const keyOf = (purpose: string, ...parts: readonly string[]): Buffer =>
    createHmac('sha256', secret)
      .update([purpose, ...parts].join('\0'))
      .digest()
  /** Networks and doors by the milliseconds until which they are taken for suspect. */
  const suspects = new LRUCache<string, number>({ max: 10_000 })
  const remember = (key: Buffer | undefined): void => {
    if (key) suspects.set(key.toString('hex'), clock.now().getTime() + rememberMilliseconds)
  }

  const networkKey = (purpose: Purpose, ipAddress: string): Buffer =>
    // An address that is none is one network of its own: nobody escapes a limit by being unreadable.
    keyOf(purpose === 'message' ? 'message-network' : 'network', networkOf(ipAddress) ?? 'unreadable')
  const doorKey = ({ tenantId, workspaceId, organizationId }: ThrottleDoor): Buffer =>
    keyOf('door', tenantId, workspaceId, organizationId ?? '')

  function keysOf(purpose: Purpose, subject: Buffer, trier: Trier): CounterKeys {
    const name = subject.toString('hex')
    const from = trier.ipAddress === undefined ? 'application' : `network ${networkOf(trier.ipAddress) ?? 'unreadable'}`
    return {
      lane: keyOf('lane', purpose, name, from),
      known: trier.knownBrowser === undefined ? undefined : keyOf('known', purpose, name, trier.knownBrowser),
      total: keyOf('total', purpose, name),
      network: trier.ipAddress === undefined ? undefined : networkKey(purpose, trier.ipAddress),
      door: purpose === 'password' && trier.door ? doorKey(trier.door) : undefined,
    }
  }

  function forgivenWith(purpose: Purpose, subject: Buffer, trier: Trier): Pick<CountedTry, 'lanes' | 'totals'> {
    const purposes: readonly Purpose[] = purpose === 'code' ? ['code', 'password'] : [purpose]
    const all = purposes.map((one) => keysOf(one, subject, trier))
    return {
      lanes: all.flatMap(({ lane, known }) => (known ? [lane, known] : [lane])),
      totals: all.map(({ total }) => total),
    }
  }

  return {
    subjectOf: (workspace, typed) => keyOf('name', nameKeys.ofName(workspace, lookupKeyText(typed)).toString('hex')),
    subjectOfKey: (nameKey) => keyOf('name', nameKey.toString('hex')),
    subjectOfAddress: ({ tenantId, workspaceId }, address) =>
      keyOf('address', tenantId, workspaceId, address.toLowerCase()),
    async takeTry(purpose, subject, trier) {
      const keys = keysOf(purpose, subject, trier)
      const now = clock.now()
      const tenantId = trier.door?.tenantId ?? trier.tenantId
      const limits = tenantId === undefined ? undefined : await recallTryLimits(db.reader, tenantId)
      const of = limited(rules.purposes[purpose], limits?.get(purpose))
      const taken = await db.statement((tx) => takeTry(tx, keys, of, rules.door, trier.solved, now))
      if (taken.isSuspect) remember(keys.network)
      if (taken.isAttacked) remember(keys.door)
      if (taken.kind === 'taken') return { kind: 'allowed', keys, ...forgivenWith(purpose, subject, trier) }
      const all = [keys.network, keys.lane, keys.known, keys.total].filter((key) => key !== undefined)
      const counters = await db.statement((tx) => readCounters(tx, all, now))
      const counterOf = (key: Buffer | undefined) => key && counters.get(key.toString('hex'))
      // Whoever gave it back meanwhile made room: the next one need not wait.
      const untilOf = (key: Buffer | undefined): number =>
        Math.ceil(Math.max(now.getTime() + 1, counterOf(key)?.blockedUntil?.getTime() ?? 0) / 1000)
      if (taken.by === 'network') {
        const canWork =
          of.network.kind === 'paced' && (counterOf(keys.network)?.failures ?? 0) < of.network.most && !trier.solved
        return { kind: canWork ? 'work' : 'wait', untilSeconds: untilOf(keys.network) }
      }
      const isClosed = (counterOf(keys.total)?.blockedUntil ?? now) > now
      if (isClosed) {
        return { kind: purpose === 'password' ? 'closed' : 'wait', untilSeconds: untilOf(keys.total) }
      }
      const isKnownOpen = keys.known && (counterOf(keys.known)?.failures ?? 0) < freeOf(of.lane)
      return { kind: 'wait', untilSeconds: untilOf(isKnownOpen ? keys.known : keys.lane) }
    },
    async takeLookUp({ ipAddress }) {
      const key = keyOf('look-up-network', networkOf(ipAddress ?? '') ?? 'unreadable')
      const now = clock.now()
      if (await db.statement((tx) => takeOne(tx, key, rules.lookUp, now))) return { kind: 'allowed' }
      const until = (await db.statement((tx) => readCounters(tx, [key], now))).get(key.toString('hex'))?.blockedUntil
      return { kind: 'wait', untilSeconds: Math.ceil(Math.max(now.getTime() + 1, until?.getTime() ?? 0) / 1000) }
    },
    giveBack: ({ keys, lanes, totals }) => db.statement((tx) => giveBack(tx, keys.network, lanes, totals)),
    async forgive(purpose, subject, trier) {
      const { lanes, totals } = forgivenWith(purpose, subject, trier)
      await db.statement((tx) => giveBack(tx, undefined, lanes, totals))
    },
    async refused({ keys: { door } }) {
      if (!door) return
      const refusals = await db.statement((tx) => countRefusal(tx, door, rules.door, clock.now()))
      if (refusals >= rules.door.most) remember(door)
    },
    isSuspect({ ipAddress, door }) {
      const now = clock.now().getTime()
      const keys = [
        ...(ipAddress === undefined ? [] : [networkKey('password', ipAddress)]),
        ...(door ? [doorKey(door)] : []),
      ]
      return keys.some((key) => (suspects.get(key.toString('hex')) ?? 0) > now)
    },
  }
}

const rememberMilliseconds = 60_000
