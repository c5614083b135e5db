import pg from 'pg'
import { Problem } from '../../problem/index.ts'
import type { Log } from '../log/index.ts'
import { asOutage, isOutage } from './outage.ts'
import { openWaits } from './waits.ts'

export interface PoolStatistics {
  readonly inUse: number
  readonly idle: number
  readonly waiting: number
  /** How long the first of those has waited who wait for what others hold, and not for a connection to open. 0: nobody does. */
  readonly longestWaitMilliseconds: number
}

export interface PoolLimits {
  /** Callers that may wait for a connection. The next one is refused. */
  readonly mostWaiting: number
  readonly log: Log
}

/** By then some of those who wait have been served. */
const retryAfterSeconds = 1

/**
 * A pool that refuses rather than piles up: beyond so many waiting callers the next one hears at once to come again
 * (`server.busy`), and while the server is away everybody does (`server.unavailable`). The log says once that it is away,
 * and once that it is back.
 */
export class BoundedPool extends pg.Pool {
  readonly #limits: PoolLimits
  #isAway = false
  readonly #waits = openWaits()
  #waited: (milliseconds: number) => void = () => {}

  constructor(config: pg.PoolConfig, limits: PoolLimits) {
    super(config)
    this.#limits = limits
  }

  override connect(): Promise<pg.PoolClient>
  override connect(callback: Parameters<pg.Pool['connect']>[0]): void
  override connect(callback?: Parameters<pg.Pool['connect']>[0]): Promise<pg.PoolClient> | void {
    // The pool's own `query` asks in this way: at the start, and nowhere else.
    if (callback !== undefined) {
      super.connect(callback)
      return undefined
    }
    return this.#connect()
  }

  observe(waited: (milliseconds: number) => void): void {
    this.#waited = waited
  }

  get statistics(): PoolStatistics {
    return {
      inUse: this.totalCount - this.idleCount,
      idle: this.idleCount,
      waiting: this.waitingCount,
      longestWaitMilliseconds: this.#waits.longestMilliseconds,
    }
  }

  /** A process that has just started opens its connections; that is no crowd. */
  get #mayOpenMore(): boolean {
    return this.idleCount > 0 || this.totalCount < this.options.max
  }

  async #connect(): Promise<pg.PoolClient> {
    if (this.waitingCount >= this.#limits.mostWaiting) {
      throw new Problem('server.busy', undefined, { retryAfterSeconds })
    }
    const startedAt = performance.now()
    const isServed = this.#mayOpenMore ? () => {} : this.#waits.begin()
    try {
      const client = await super.connect()
      if (this.#isAway) this.#limits.log.info('database reached again')
      this.#isAway = false
      return client
    } catch (error) {
      if (!this.#isAway && isOutage(error)) {
        this.#isAway = true
        this.#limits.log.error('database cannot be reached', error)
      }
      throw asOutage(error)
    } finally {
      isServed()
      this.#waited(performance.now() - startedAt)
    }
  }
}
