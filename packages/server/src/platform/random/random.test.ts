import { describe, expect, it } from 'vitest'
import { systemRandom } from './index.ts'

describe('randomness', () => {
  it('gives as many bytes as asked for, never the same twice', () => {
    const made = Array.from({ length: 200 }, () => systemRandom.bytes(16).toString('hex'))
    expect(new Set(made).size).toBe(200)
    expect(systemRandom.bytes(7)).toHaveLength(7)
  })

  it('gives secrets of 256 bits that are safe in a URL', () => {
    const made = Array.from({ length: 200 }, () => systemRandom.secret())
    expect(new Set(made).size).toBe(200)
    for (const secret of made) {
      expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/)
      expect(Buffer.from(secret, 'base64url')).toHaveLength(32)
    }
  })

  it('gives identifiers of version 7, each greater than the one before, within a millisecond too (RFC 9562 §5.7)', () => {
    const made = Array.from({ length: 20_000 }, () => systemRandom.uuid())
    for (const id of made) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    for (const [index, id] of made.slice(1).entries()) expect(id > made[index]!).toBe(true)
  })

  it('gives digits of the length asked for, leading zeros kept, every first digit possible', () => {
    const made = Array.from({ length: 2000 }, () => systemRandom.digits(6))
    for (const digits of made) expect(digits).toMatch(/^[0-9]{6}$/)
    // A digit that could not come first is missed by 2000 fair draws once in 10^91 runs.
    expect(new Set(made.map((digits) => digits[0])).size).toBe(10)
  })
})
