import type { Log } from '../log/index.ts'
import { systemClock } from './clock.ts'
import type { Clock } from './clock.ts'

/** One clock for all nodes. This machine's own date is not looked at: it may stand elsewhere, and may be set while we run. */
export interface SharedClock extends Clock {
  /** Asks for the time again, and corrects what is wrong by then. To be done each second. */
  compare(): Promise<void>
  /** How far this machine's date is ahead of the shared clock; negative: behind. */
  aheadSeconds(): number
}

/** What one machine has by itself. */
export interface OwnTime {
  dateMilliseconds(): number
  /** Never set by anybody; stands still while the machine sleeps. */
  elapsedMilliseconds(): number
}

/** Kept from the start: `Date.now` itself may come to follow the shared clock. */
const dateNow = Date.now
export const ownTime: OwnTime = {
  dateMilliseconds: () => dateNow(),
  elapsedMilliseconds: () => systemClock.elapsedMilliseconds(),
}

/** Nobody is told of less. */
const worthTellingMilliseconds = 2000

/**
 * Between two comparisons it goes on by what has passed here, which no setting of a date changes. Each comparison tells
 * between which two moments the asked clock stands; it is moved only as far as it stands outside, so the way to the
 * database and back makes no jitter.
 *
 * @param ask answers the shared time, in milliseconds since 1970
 */
export async function openSharedClock(
  ask: () => Promise<number>,
  log: Pick<Log, 'info' | 'warn'>,
  own: OwnTime = ownTime,
): Promise<SharedClock> {
  /** The shared time when nothing had passed here. */
  let start = await bounds().then(({ earliest, latest }) => (earliest + latest) / 2)
  let toldMilliseconds = 0

  async function bounds(): Promise<{ readonly earliest: number; readonly latest: number }> {
    const askedAt = own.elapsedMilliseconds()
    const milliseconds = await ask()
    return { earliest: milliseconds - own.elapsedMilliseconds(), latest: milliseconds - askedAt }
  }

  const milliseconds = (): number => start + own.elapsedMilliseconds()
  const aheadMilliseconds = (): number => own.dateMilliseconds() - milliseconds()

  /** Once, and again when it has moved. */
  function tellOfDate(): void {
    const ahead = aheadMilliseconds()
    if (Math.abs(ahead - toldMilliseconds) < worthTellingMilliseconds) return
    toldMilliseconds = Math.abs(ahead) < worthTellingMilliseconds ? 0 : ahead
    const fields = { aheadSeconds: Math.round(ahead / 1000) }
    if (toldMilliseconds === 0) log.info('the date of this machine is right again', fields)
    else log.warn('the date of this machine is wrong; the time of the database is used', fields)
  }

  tellOfDate()
  return {
    now: () => new Date(Math.floor(milliseconds())),
    nowSeconds: () => Math.floor(milliseconds() / 1000),
    elapsedMilliseconds: () => own.elapsedMilliseconds(),
    sleep: (length) => systemClock.sleep(length),
    aheadSeconds: () => aheadMilliseconds() / 1000,
    async compare() {
      const { earliest, latest } = await bounds()
      const corrected = Math.min(Math.max(start, earliest), latest)
      const movedMilliseconds = corrected - start
      start = corrected
      if (Math.abs(movedMilliseconds) >= worthTellingMilliseconds) {
        log.warn('the shared time has jumped', { seconds: Math.round(movedMilliseconds / 1000) })
      }
      tellOfDate()
    },
  }
}

/**
 * Makes `Date.now` of this process the shared time. For the protocol engine, which judges lifetimes by it and takes no
 * clock; the lines of the log follow too. `new Date()` stays the machine's.
 */
export function letDateFollow(clock: Pick<Clock, 'now'>): void {
  Date.now = () => clock.now().getTime()
}
