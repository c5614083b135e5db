import { describe, expect, it } from 'vitest'
import { createLog } from '../log/index.ts'
import { openSharedClock } from './index.ts'

const hour = 3_600_000
const noon = Date.parse('2026-11-21T12:00:00Z')

/** A machine and a database whose clocks are set by hand; `pass` is the time that really passes, for both. */
function twoClocks(machineAheadMilliseconds: number) {
  let passed = 0
  let date = noon + machineAheadMilliseconds
  let database = noon
  let wayMilliseconds = { there: 0, back: 0 }
  const lines: string[] = []
  const pass = (milliseconds: number): void => {
    passed += milliseconds
    date += milliseconds
    database += milliseconds
  }
  return {
    pass,
    setDate: (by: number) => (date += by),
    setDatabase: (by: number) => (database += by),
    setWay: (way: typeof wayMilliseconds) => (wayMilliseconds = way),
    databaseNow: () => new Date(database),
    said: () => lines.map((line) => JSON.parse(line) as { readonly msg: string; readonly aheadSeconds?: number }),
    open: () =>
      openSharedClock(
        async () => {
          pass(wayMilliseconds.there)
          const answer = database
          pass(wayMilliseconds.back)
          return answer
        },
        createLog('info', (line) => lines.push(line)),
        { dateMilliseconds: () => date, elapsedMilliseconds: () => passed },
      ),
  }
}

describe('the clock that nodes share', () => {
  it.each([10 * 60_000, -10 * 60_000, hour])(
    'is the database’s, when the date of this machine is %d ms away from it (T01)',
    async (away) => {
      const world = twoClocks(away)
      const clock = await world.open()
      world.pass(1234)
      expect(clock.now()).toStrictEqual(world.databaseNow())
      expect(clock.nowSeconds()).toBe(Math.floor(world.databaseNow().getTime() / 1000))
      expect(clock.aheadSeconds()).toBe(away / 1000)
      expect(world.said()).toMatchObject([{ level: 'warn', aheadSeconds: away / 1000 }])
    },
  )

  it('does not notice that the date of this machine is set while it runs, and says so once (T01)', async () => {
    const world = twoClocks(0)
    const clock = await world.open()
    world.setDate(hour)
    expect(clock.now()).toStrictEqual(world.databaseNow())
    for (let second = 0; second < 3; second += 1) {
      world.pass(1000)
      await clock.compare()
      expect(clock.now()).toStrictEqual(world.databaseNow())
    }
    expect(world.said()).toMatchObject([{ level: 'warn', aheadSeconds: 3600 }])
    world.setDate(-hour)
    await clock.compare()
    expect(world.said()).toMatchObject([{ level: 'warn' }, { level: 'info', aheadSeconds: 0 }])
  })

  it('follows the database when that is set, and when this machine has slept, at the next comparison', async () => {
    const world = twoClocks(0)
    const clock = await world.open()
    world.setDatabase(hour)
    world.setDate(hour)
    await clock.compare()
    expect(clock.now()).toStrictEqual(world.databaseNow())
    expect(world.said()).toMatchObject([{ msg: 'the shared time has jumped', seconds: 3600 }])
  })

  it('is moved by no more than the way to the database leaves open', async () => {
    const world = twoClocks(0)
    world.setWay({ there: 40, back: 0 })
    const clock = await world.open()
    expect(clock.now().getTime() - world.databaseNow().getTime()).toBe(20)
    world.setWay({ there: 5000, back: 0 })
    await clock.compare()
    expect(clock.now().getTime() - world.databaseNow().getTime()).toBe(20)
    world.setWay({ there: 2, back: 2 })
    await clock.compare()
    expect(clock.now().getTime() - world.databaseNow().getTime()).toBe(2)
  })
})
