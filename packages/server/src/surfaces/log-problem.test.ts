import { describe, expect, it } from 'vitest'
import { createLog } from '../platform/log/index.ts'
import { Problem } from '../problem/index.ts'
import { logProblem } from './log-problem.ts'

const linesOf = (problem: Problem): readonly Record<string, unknown>[] => {
  const lines: string[] = []
  logProblem(
    createLog('debug', (line) => lines.push(line)),
    'page failed',
    problem,
    'request-1',
  )
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>)
}

describe('a problem in the log', () => {
  it('is one short warning when the server only had no room', () => {
    const [line] = linesOf(new Problem('server.busy', undefined, { retryAfterSeconds: 1 }))
    expect(line).toMatchObject({ level: 'warn', msg: 'page failed', problem: 'server.busy', requestId: 'request-1' })
    expect(line).not.toHaveProperty('stack')
  })

  it('is an error with its stack when something broke', () => {
    const [line] = linesOf(new Problem('server.error', undefined, { cause: new Error('the disk is full') }))
    expect(line).toMatchObject({ level: 'error', error_message: 'the disk is full' })
    expect(line?.['stack']).toContain('log-problem.test.ts')
    const [busy] = linesOf(new Problem('server.busy', undefined, { cause: new Error('no connection') }))
    expect(busy).toMatchObject({ level: 'error', error_message: 'no connection' })
  })

  it('is not there when the caller is to blame', () => {
    expect(linesOf(new Problem('user.not_found'))).toStrictEqual([])
  })
})
