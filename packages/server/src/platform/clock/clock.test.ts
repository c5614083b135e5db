import { describe, expect, it } from 'vitest'
import { addSeconds, movableClock, systemClock } from './index.ts'

describe('the clock of the system', () => {
  it('agrees with itself in dates and in whole seconds', () => {
    const before = systemClock.nowSeconds()
    const now = systemClock.now().getTime() / 1000
    const after = systemClock.nowSeconds()
    expect(before).toBeLessThanOrEqual(now)
    expect(Math.floor(now)).toBeLessThanOrEqual(after)
    expect(Number.isInteger(before)).toBe(true)
  })

  it('does not wake a sleeper early, and lets one pass who asks for no time or less', async () => {
    const before = performance.now()
    await systemClock.sleep(30)
    expect(performance.now() - before).toBeGreaterThanOrEqual(29)
    await systemClock.sleep(0)
    await systemClock.sleep(-5)
  })
})

describe('a clock that is moved by hand', () => {
  it('stands still until it is moved', () => {
    const clock = movableClock(new Date('2026-11-21T08:00:00Z'))
    const before = clock.now()
    expect(clock.now()).toStrictEqual(before)
    clock.move({ seconds: 1, milliseconds: 500 })
    expect(clock.now()).toStrictEqual(new Date('2026-11-21T08:00:01.500Z'))
    expect(clock.nowSeconds()).toBe(Date.parse('2026-11-21T08:00:01Z') / 1000)
  })

  it('wakes those whose time has come and no one else', async () => {
    const clock = movableClock()
    const woken: string[] = []
    const short = clock.sleep(1000).then(() => woken.push('short'))
    const long = clock.sleep(2000).then(() => woken.push('long'))
    clock.move({ milliseconds: 999 })
    await Promise.resolve()
    expect(woken).toStrictEqual([])
    clock.move({ milliseconds: 1 })
    await short
    expect(woken).toStrictEqual(['short'])
    clock.move({ seconds: 5 })
    await long
    expect(woken).toStrictEqual(['short', 'long'])
  })

  it('gives nobody the means to change its time from outside', () => {
    const start = new Date('2026-11-21T08:00:00Z')
    const clock = movableClock(start)
    start.setFullYear(1999)
    clock.now().setFullYear(1999)
    expect(clock.now()).toStrictEqual(new Date('2026-11-21T08:00:00Z'))
  })
})

describe('adding seconds', () => {
  it('counts real seconds over a change of summer time and leaves the date it was given alone', () => {
    const before = new Date('2026-09-26T13:00:00Z')
    expect(addSeconds(before, 86_400)).toStrictEqual(new Date('2026-09-27T13:00:00Z'))
    expect(before).toStrictEqual(new Date('2026-09-26T13:00:00Z'))
  })
})
