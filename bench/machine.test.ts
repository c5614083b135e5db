import { describe, expect, it } from 'vitest'
import { memoryOf, processorSecondsOf, readProcessorTimes, sharesBetween } from './machine.ts'

describe('the machine under a run', () => {
  it('is as busy as the processors that neither idled nor were taken by other guests', () => {
    const before = readProcessorTimes('cpu  100 0 100 700 100 0 0 0 0 0')
    const after = readProcessorTimes('cpu  150 10 130 740 110 5 5 50 0 0')
    if (!before || !after) throw new Error('both lines are of all processors')
    // 200 ticks passed: 50 idle or waiting, 50 taken, 100 worked.
    const shares = sharesBetween(before, after, 0.6)
    expect(shares.busy).toBeCloseTo(0.5)
    expect(shares.stolen).toBeCloseTo(0.25)
    // 60 of the 100 that worked were ours.
    expect(shares.others).toBeCloseTo(0.2)
    expect(sharesBetween(before, before)).toEqual({ busy: 0, stolen: 0, others: 0 })
  })

  it('is not read from a line about one processor', () => {
    expect(readProcessorTimes('cpu0 1 2 3 4 5 6 7 8 9 10')).toBeUndefined()
  })
})

describe.runIf(process.platform === 'linux')('a process', () => {
  it('shows the memory it holds and the processor time it spends', async () => {
    const memory = await memoryOf(process.pid)
    expect(memory?.residentMebibytes).toBeGreaterThan(20)
    expect(memory?.proportionalMebibytes).toBeLessThanOrEqual(memory?.residentMebibytes ?? 0)
    const before = await processorSecondsOf(process.pid)
    const told = process.cpuUsage()
    const spent = (told.user + told.system) / 1e6
    expect(Math.abs((before ?? 0) - spent)).toBeLessThan(0.5)
  })

  it('that is not there has neither', async () => {
    expect(await memoryOf(2 ** 30)).toBeUndefined()
    expect(await processorSecondsOf(2 ** 30)).toBeUndefined()
  })
})
