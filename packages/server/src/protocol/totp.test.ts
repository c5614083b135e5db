import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { canonicalTotpSecret, totpStepOf } from './totp.ts'

/** `12345678901234567890`, the secret of the vectors, in base32. */
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

/** RFC 6238 appendix B, SHA-1; the last six of its eight digits are the code of six (RFC 4226 §5.3). */
const vectors = [
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
] as const

describe('the step of a code', () => {
  it.each(vectors)('at %i seconds is that of %s (RFC 6238 appendix B)', (seconds, code) => {
    expect(totpStepOf(secret, code, seconds)).toBe(Math.floor(seconds / 30))
  })

  it('is found one step before and one after, and no further', () => {
    const step = Math.floor(1_234_567_890 / 30)
    const code = codeOf(step)
    for (const [at, found] of [
      [step - 2, undefined],
      [step - 1, step],
      [step, step],
      [step + 1, step],
      [step + 2, undefined],
    ] as const) {
      expect([at - step, totpStepOf(secret, code, at * 30)]).toEqual([at - step, found])
      expect([at - step, totpStepOf(secret, code, at * 30 + 29)]).toEqual([at - step, found])
    }
  })

  it.each(['', '12345', '1234567', '28708２', '２８７０８２', ' 287082', '287082\n', '-87082', '2.8708', '0x1234'])(
    'is none for %j',
    (code) => {
      expect(totpStepOf(secret, code, 59)).toBeUndefined()
    },
  )
})

describe('a secret', () => {
  it('has one spelling, however it is typed', () => {
    for (const typed of [secret, secret.toLowerCase(), 'gezd gnbv gy3t qojq gezd gnbv gy3t qojq', `${secret}====`]) {
      expect(canonicalTotpSecret(typed)).toBe(secret)
    }
    // 26 characters are 130 bits: the last two are none of the 16 bytes.
    const short = 'A'.repeat(25)
    expect(canonicalTotpSecret(`${short}B`)).toBe(canonicalTotpSecret(`${short}A`))
  })

  it.each([
    '',
    'GEZDGNBVGY3TQOJQ',
    'A'.repeat(25),
    `${secret}1`,
    `${secret}0`,
    'A'.repeat(200),
    'ÄEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
    `${secret}=A`,
  ])('is none in %j: base32 of 128 to 512 bits (RFC 4226 §4, R6)', (text) => {
    expect(canonicalTotpSecret(text)).toBeUndefined()
  })
})

/** By the letter of RFC 4226 §5.3, beside the library. */
function codeOf(step: number): string {
  const message = Buffer.alloc(8)
  message.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', '12345678901234567890').update(message).digest()
  const number = mac.readUInt32BE((mac[19] ?? 0) & 15) & 0x7fff_ffff
  return String(number % 1_000_000).padStart(6, '0')
}
