import { createHmac, pbkdf2, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import type { Clock } from '../../platform/clock/index.ts'
import type { Random } from '../../platform/random/index.ts'
import { networkOf } from '../../protocol/ip-address.ts'
import type { SolvedChallenge } from './throttle.store.ts'

/** What a page gives to its script: find the number below `numbers` whose PBKDF2 with `salt` is `target`. */
export interface WorkChallenge {
  /** What the form carries back, before the number: when it expires, the salt, and our signature over both and the number. */
  readonly token: string
  /** Base64url. */
  readonly salt: string
  /** Base64url, 16 bytes. */
  readonly target: string
  readonly numbers: number
  readonly iterations: number
}

/** For whom a challenge is: one sign-in, from one network. */
export interface WorkFor {
  readonly flowId: string
  readonly ipAddress: string
}

/**
 * Work that a browser does for a try when its network, or the door it came through, is under suspicion. It costs an attacker
 * as much as anybody: the browser's own PBKDF2 is as fast as theirs. To make one costs a thousandth of a second, to check
 * one a MAC.
 *
 * A solved challenge helps one try, once: `takeTry` spends it by a conditional insert.
 */
export interface WorkChallenges {
  issue(whom: WorkFor): Promise<WorkChallenge>
  /** @param answer as the form carries it: `{token}.{number}`. @returns undefined for one that is wrong, foreign or too old */
  read(answer: string, whom: WorkFor): SolvedChallenge | undefined
}

/** Slow typists have as long. */
export const workSeconds = 600
/** About a millisecond in a browser on an ordinary computer. */
const iterations = 5000
const targetBytes = 16
const derive = promisify(pbkdf2)

/**
 * @param secret 32 bytes, kept sealed, the same in every process
 * @param numbers how many a browser tries at most, half of them on average
 */
export function workChallenges(
  secret: Buffer,
  numbers: number,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): WorkChallenges {
  const sign = (whom: WorkFor, expires: string, salt: string, number: string): Buffer =>
    createHmac('sha256', secret)
      .update(['work', whom.flowId, networkOf(whom.ipAddress) ?? 'unreadable', expires, salt, number].join('\0'))
      .digest()
  return {
    async issue(whom) {
      const number = String(random.bytes(4).readUInt32BE() % numbers)
      const salt = random.bytes(16)
      const saltText = salt.toString('base64url')
      const expires = String(clock.nowSeconds() + workSeconds)
      const target = await derive(number, salt, iterations, targetBytes, 'sha256')
      return {
        token: `${expires}.${saltText}.${sign(whom, expires, saltText, number).toString('base64url')}`,
        salt: saltText,
        target: target.toString('base64url'),
        numbers,
        iterations,
      }
    },
    read(answer, whom) {
      const [, expires = '', salt = '', mac = '', number = ''] = isAnswer.exec(answer) ?? []
      if (expires === '' || Number(expires) <= clock.nowSeconds()) return undefined
      if (!timingSafeEqual(Buffer.from(mac, 'base64url'), sign(whom, expires, salt, number))) return undefined
      return { challengeKey: Buffer.from(salt, 'base64url'), expiresAt: new Date(Number(expires) * 1000) }
    },
  }
}

const isAnswer = /^(\d{1,12})\.([\w-]{22})\.([\w-]{43})\.(\d{1,5})$/
