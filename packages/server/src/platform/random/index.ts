import { randomBytes, randomInt, randomUUIDv7 } from 'node:crypto'

/** The only source of randomness: the operating system's generator. */
export interface Random {
  bytes(length: number): Buffer
  /** Time-ordered identifier. Not a secret. @see RFC 9562 §5.7 */
  uuid(): string
  /** Unguessable text for URLs and cookies: 256 bits, base64url. */
  secret(): string
  /** Decimal digits for people to type, leading zeros kept. */
  digits(count: number): string
}

export const systemRandom: Random = {
  bytes: (length) => randomBytes(length),
  uuid: () => randomUUIDv7(),
  secret: () => randomBytes(32).toString('base64url'),
  digits: (count) => String(randomInt(10 ** count)).padStart(count, '0'),
}
