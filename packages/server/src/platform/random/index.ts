import { randomBytes, randomInt, randomUUIDv7 } from 'node:crypto'

/** The only source of randomness: the operating system's generator. */
export interface Random {
  readonly bytes: (length: number) => Buffer
  /**
   * Time-ordered identifier: of one process, each is greater than the one before, within a millisecond too. Not a secret.
   *
   * @see RFC 9562 §5.7, §6.2 (monotonicity)
   */
  readonly uuid: () => string
  /** Unguessable text for URLs and cookies: 256 bits, base64url. */
  readonly secret: () => string
  /** Decimal digits for people to type, leading zeros kept. */
  readonly digits: (count: number) => string
}

let last = ''

/** Node draws the tail anew each time, so two of one millisecond have no order; the later one then takes the next number. */
function nextUuid(): string {
  const drawn = randomUUIDv7()
  last = drawn > last ? drawn : successor(last)
  return last
}

/** One more in the last 48 bits; after 2^48 of them in one millisecond the clock has moved. */
function successor(uuid: string): string {
  const tail = (BigInt(`0x${uuid.slice(24)}`) + 1n) & 0xffff_ffff_ffffn
  return uuid.slice(0, 24) + tail.toString(16).padStart(12, '0')
}

export const systemRandom: Random = {
  bytes: (length) => randomBytes(length),
  uuid: nextUuid,
  secret: () => randomBytes(32).toString('base64url'),
  digits: (count) => String(randomInt(10 ** count)).padStart(count, '0'),
}
