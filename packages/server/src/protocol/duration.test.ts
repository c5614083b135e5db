import { describe, expect, it } from 'vitest'
import { durationSeconds, durationText } from './duration.ts'

describe('a duration', () => {
  it.each([
    ['0', 0],
    ['0s', 0],
    ['1m0s', 60],
    ['1h10m30s', 4230],
    ['2160h', 7_776_000],
    ['1.5h', 5400],
    ['300ms', 0.3],
  ])('%s is read as %d seconds', (text, seconds) => {
    expect(durationSeconds(text)).toBeCloseTo(seconds, 9)
  })

  it.each(['', 'm', '5', '1h 2m', '-1s', '1d', 'h1'])('is not guessed from "%s"', (text) => {
    expect(() => durationSeconds(text)).toThrow('no duration')
  })

  it.each([0, 1, 59, 60, 61, 3599, 3600, 3660, 86_399, 7_776_000])(
    'of %d seconds is read as it was written',
    (seconds) => {
      expect(durationSeconds(durationText(seconds))).toBe(seconds)
    },
  )

  it('is written as the descriptions write it', () => {
    expect([60, 3600, 900, 30].map(durationText)).toEqual(['1m0s', '1h0m0s', '15m0s', '30s'])
  })
})
