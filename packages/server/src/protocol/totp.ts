import { Secret, TOTP } from 'otpauth'

/** SHA-1, six digits, thirty seconds: the only parameters that every authenticator understands. */
const parameters = { algorithm: 'SHA1', digits: 6, period: 30 } as const

/** The step before and the one after are taken too: clocks differ, and people type slowly (RFC 6238 §5.2). */
const stepsAround = 1

/** Shorter ones are refused, longer ones are no use: SHA-1 hashes them to 20 bytes (RFC 4226 §4, R6). */
const [fewestBytes, mostBytes] = [16, 64]

/**
 * A secret as an authenticator is given it, in base32 of any letter case, with spaces or padding.
 *
 * @returns the one spelling in which it is kept, or undefined for a text that is no secret of 128 bits or more
 * @see RFC 4648 §6
 */
export function canonicalTotpSecret(text: string): string | undefined {
  const digits = /^([A-Z2-7]{26,104})={0,6}$/.exec(text.replaceAll(/[\s-]/g, '').toUpperCase())?.[1]
  if (digits === undefined) return undefined
  const { bytes, base32: spelled } = Secret.fromBase32(digits)
  // Bits beyond the last byte must not make two spellings of one secret.
  return bytes.length >= fewestBytes && bytes.length <= mostBytes ? spelled : undefined
}

/**
 * The time step whose code this is. It may be taken once: whoever asks compares it with the last one taken.
 *
 * @returns undefined for a code of none of the three steps
 * @see RFC 6238 §5.2 (one use, and how far clocks may differ)
 */
export function totpStepOf(secret: string, code: string, atSeconds: number): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined
  const totp = new TOTP({ ...parameters, secret: Secret.fromBase32(secret) })
  const delta = totp.validate({ token: code, timestamp: atSeconds * 1000, window: stepsAround })
  return delta === null ? undefined : Math.floor(atSeconds / parameters.period) + delta
}
