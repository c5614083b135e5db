import { describe, expect, it } from 'vitest'
import { Problem } from '../../problem/index.ts'
import { createAdmission } from './admission.ts'
import type { AdmissionDoor } from './admission.ts'

/** Admission with pressure that is set by hand. */
function fronted() {
  const pressure = { hash: 0, database: 0, delay: 0, underWay: 20, now: 0 }
  const admission = createAdmission(
    { mostWaitMilliseconds: 1000, delayMilliseconds: 30 },
    {
      hashWaitMilliseconds: () => pressure.hash,
      databaseWaitMilliseconds: () => pressure.database,
      delayMilliseconds: () => pressure.delay,
      requestsUnderWay: () => pressure.underWay,
      elapsedMilliseconds: () => pressure.now,
    },
  )
  const comes = (door: AdmissionDoor): Problem | undefined => {
    try {
      admission.assertRoom(door)
      return undefined
    } catch (error) {
      if (error instanceof Problem) return error
      throw error
    }
  }
  const admitted = (door: AdmissionDoor, of = 100): number =>
    Array.from({ length: of }, () => comes(door)).filter((problem) => problem === undefined).length
  return { pressure, admission, comes, admitted }
}

describe('admission', () => {
  it('lets everybody in while nobody has to wait long', () => {
    const { pressure, admitted } = fronted()
    Object.assign(pressure, { hash: 250, database: 8, delay: 30 })
    expect([admitted('begin'), admitted('prove')]).toEqual([100, 100])
  })

  it.each([
    ['hash', 1],
    // A sign-in waits for the database thirty times.
    ['database', 30],
  ] as const)('turns away new sign-ins first, then password checks: %s', (what, times) => {
    const { pressure, admitted } = fronted()
    pressure[what] = 375 / times
    expect([admitted('begin'), admitted('prove')]).toEqual([50, 100])
    pressure[what] = 500 / times
    expect([admitted('begin'), admitted('prove')]).toEqual([0, 100])
    pressure[what] = 1001 / times
    expect([admitted('begin'), admitted('prove')]).toEqual([0, 0])
    pressure[what] = 0
    expect([admitted('begin'), admitted('prove')]).toEqual([100, 100])
  })

  it('does the same when the event loop is late', () => {
    const { pressure, admitted } = fronted()
    pressure.delay = 37.5
    expect([admitted('begin'), admitted('prove')]).toEqual([75, 100])
    pressure.delay = 61
    expect([admitted('begin'), admitted('prove')]).toEqual([0, 100])
    pressure.delay = 250
    expect([admitted('begin'), admitted('prove')]).toEqual([0, 0])
  })

  it('turns nobody away because the machine is slow while few are there', () => {
    const { pressure, admitted } = fronted()
    Object.assign(pressure, { delay: 5000, database: 5000, underWay: 3 })
    expect([admitted('begin', 4), admitted('prove', 4)]).toEqual([4, 4])
  })

  it('knows a crowd by how many came, where each is done before the next is read', () => {
    const { pressure, admitted } = fronted()
    Object.assign(pressure, { delay: 5000, underWay: 1 })
    const outcomes = Array.from({ length: 12 }, () => {
      pressure.now += 180
      return admitted('begin', 1)
    })
    expect(outcomes).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0])
    pressure.now += 2000
    expect(admitted('begin', 1)).toBe(1)
  })

  it('takes its share evenly, not in bursts', () => {
    const { pressure, comes } = fronted()
    pressure.hash = 375
    const outcomes = Array.from({ length: 20 }, () => comes('begin') === undefined)
    expect(outcomes).toEqual(Array.from({ length: 20 }, (_, at) => at % 2 === 0))
  })

  it('says when to come again, not to all the same', () => {
    const { pressure, comes } = fronted()
    pressure.hash = 2500
    const problems = Array.from({ length: 5 }, () => comes('prove'))
    expect(problems.map((problem) => problem?.code)).toEqual(Array.from({ length: 5 }, () => 'server.busy'))
    expect(problems.map((problem) => problem?.retryAfterSeconds).toSorted((a = 0, b = 0) => a - b)).toEqual([
      4, 5, 6, 7, 8,
    ])
  })

  it('tells what it decided', () => {
    const { pressure, admission, comes } = fronted()
    const heard: [AdmissionDoor, boolean][] = []
    admission.observe((...decision) => heard.push(decision))
    comes('begin')
    pressure.hash = 2000
    comes('begin')
    comes('prove')
    expect(heard).toEqual([
      ['begin', true],
      ['begin', false],
      ['prove', false],
    ])
  })
})
