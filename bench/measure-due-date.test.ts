import { describe, expect, it } from 'vitest'
import { TurnedAway } from './http.ts'
import { offered, secondsToRecover } from './measure-due-date.ts'
import type { Outcome } from './measure-due-date.ts'

describe('what came of people who were offered', () => {
  it('is signed in, turned away, or failed, and nobody is left out', async () => {
    let index = 0
    const outcomes = await offered(300, 0.1, async () => {
      index += 1
      if (index % 3 === 1) throw new TurnedAway(7)
      if (index % 3 === 2) throw new Error('no redirect but 500')
    })
    const ends = outcomes.map(({ end }) => end)
    expect(ends.filter((end) => end === 'signed in')).toHaveLength(10)
    expect(ends.filter((end) => end === 'failed')).toHaveLength(10)
    expect(outcomes.filter(({ tookMilliseconds }) => tookMilliseconds === 7)).toHaveLength(10)
  })
})

describe('the time to recover', () => {
  const good = (beganAt: number): Outcome => ({ beganAt, tookMilliseconds: 20, end: 'signed in' })

  it('is that of the last one who was not served as usual', () => {
    expect(secondsToRecover([good(0), good(100)])).toBe(0)
    expect(secondsToRecover([good(3000), { ...good(2000), tookMilliseconds: 501 }, good(1000)])).toBe(2)
    expect(secondsToRecover([{ ...good(1500), end: 'turned away' }, good(1600)])).toBe(1.5)
  })

  it('is without end when the last one was not served either', () => {
    expect(secondsToRecover([good(0), { ...good(1), end: 'failed' }])).toBe(Number.POSITIVE_INFINITY)
  })
})
