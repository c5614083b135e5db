import { describe, expect, it } from 'vitest'
import { createLog } from '../log/index.ts'
import { fullDisk } from './full-disk.ts'

describe('a disk without room', () => {
  const noRoom = (): Error =>
    Object.assign(new Error('could not extend file "base/5/1": No space left on device'), { code: '53100' })

  it('is told to callers as server.unavailable, and to the log once a minute with its reason', () => {
    const lines: string[] = []
    let now = 0
    const asFullDisk = fullDisk(
      createLog('debug', (line) => lines.push(line)),
      () => now,
    )
    for (let times = 0; times < 3; times += 1) {
      expect(asFullDisk(noRoom())).toMatchObject({ code: 'server.unavailable', retryAfterSeconds: 60 })
    }
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain('No space left on device')
    now = 60_000
    asFullDisk(noRoom())
    expect(lines).toHaveLength(2)
  })

  it('is no other failure', () => {
    const asFullDisk = fullDisk(createLog('silent'))
    for (const error of [
      new Error('No space left'),
      Object.assign(new Error('x'), { code: '23505' }),
      undefined,
      '53100',
    ]) {
      expect(asFullDisk(error)).toBe(error)
    }
  })
})
