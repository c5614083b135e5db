import { createCipheriv, createHash } from 'node:crypto'

/** Numbers that look random and are the same on every run and every machine, because a seed decides them all. */
export interface Draw {
  /** A whole number from 0 up to, and without, `limit`. */
  below(limit: number): number
  /** True in `percent` of 100 draws; takes fractions. */
  percent(percent: number): boolean
  pick<T>(choices: readonly T[]): T
  /** One of the choices, each as often as its share of the sum of all shares. */
  pickByShare<T extends { readonly share: number }>(choices: readonly T[]): T
  /** A version 4 UUID in lower case. */
  guid(): string
}

const chunkBytes = 1 << 14

/** Draws from the key stream of AES-128 in counter mode; `seed` may be any text. Two draws with one seed give the same numbers. */
export function drawFrom(seed: string): Draw {
  const digest = createHash('sha256').update(seed).digest()
  const cipher = createCipheriv('aes-128-ctr', digest.subarray(0, 16), digest.subarray(16))
  const zeros = Buffer.alloc(chunkBytes)
  let chunk = cipher.update(zeros)
  let at = 0

  function take(bytes: number): Buffer {
    if (at + bytes > chunk.length) {
      chunk = cipher.update(zeros)
      at = 0
    }
    at += bytes
    return chunk.subarray(at - bytes, at)
  }
  function fraction(): number {
    return take(4).readUInt32LE() / 2 ** 32
  }
  function below(limit: number): number {
    return Math.floor(fraction() * limit)
  }
  function pick<T>(choices: readonly T[]): T {
    return choices[below(choices.length)] as T
  }
  return {
    below,
    pick,
    percent: (percent) => fraction() * 100 < percent,
    pickByShare(choices) {
      let left = fraction() * choices.reduce((sum, choice) => sum + choice.share, 0)
      return choices.find((choice) => (left -= choice.share) < 0) ?? pick(choices)
    },
    guid() {
      const bytes = Buffer.from(take(16))
      bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
      bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
      return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/u, '$1-$2-$3-$4-$5')
    },
  }
}
