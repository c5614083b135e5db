import { describe, expect, it } from 'vitest'
import { createLog, silentLog } from './index.ts'
import type { Log } from './index.ts'

function linesOf(work: (log: Log) => void, level = 'debug'): string[] {
  const lines: string[] = []
  work(createLog(level, (line) => lines.push(line)))
  return lines
}
function entryOf(work: (log: Log) => void): Record<string, unknown> {
  const [line = ''] = linesOf(work)
  return JSON.parse(line) as Record<string, unknown>
}

describe('a log line', () => {
  it('is JSON with level, time and message, and the fields that were given', () => {
    const entry = entryOf((log) => log.warn('slow', { route: 'pool', tries: 3, is_last: true }))
    expect(entry).toStrictEqual({
      level: 'warn',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
      msg: 'slow',
      route: 'pool',
      tries: 3,
      is_last: true,
    })
  })

  it('less severe than the level is not written', () => {
    const work = (log: Log): void => {
      log.debug('a')
      log.info('b')
      log.warn('c')
      log.error('d', new Error('e'))
    }
    expect(linesOf(work, 'warn')).toHaveLength(2)
    expect(linesOf(work, 'silent')).toHaveLength(0)
    expect(() => work(silentLog)).not.toThrow()
  })

  it('stays a line whatever a value holds: no control character leaves its JSON string (FI05)', () => {
    const hostile = [
      'CR LF\r\n{"level":"info","msg":"forged"}',
      '\u001B[2J\u001B[1;1H',
      '\u009B31m 8-bit ANSI',
      'line\u2028and\u2029paragraph',
      '\u202Emoc.elpmaxe\u2066\u200F',
      '"},{"msg":"broken out',
      '\u0000\u0007\u007F',
    ]
    for (const value of hostile) {
      const [line = '', ...more] = linesOf((log) => log.info('sign-in', { name: value }))
      expect(more).toStrictEqual([])
      expect(line.endsWith('\n')).toBe(true)
      expect(line.slice(0, -1)).toMatch(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u)
      expect(JSON.parse(line)).toMatchObject({ msg: 'sign-in', name: value })
    }
  })

  it('caps values that come from outside', () => {
    const entry = entryOf((log) => log.info('request', { user_agent: 'x'.repeat(100_000) }))
    expect(entry['user_agent']).toBe(`${'x'.repeat(500)}…`)
  })

  it('of an error carries its name, message, code, stack and cause, and no other property of it', () => {
    const error = Object.assign(new Error('refused', { cause: new Error('ECONN') }), {
      code: '23505',
      detail: 'Key (email)=(jane@example.org) already exists.',
      query: 'select secret',
    })
    const entry = entryOf((log) => log.error('store', error, { store: 'a' }))
    expect(entry).toStrictEqual({
      level: 'error',
      time: entry['time'],
      msg: 'store',
      store: 'a',
      error: 'Error',
      error_message: 'refused',
      error_code: '23505',
      stack: error.stack,
      cause: 'ECONN',
      cause_stack: (error.cause as Error).stack,
    })
  })

  it('of an error caps its texts too', () => {
    const error = new Error('m'.repeat(100_000), { cause: new Error('c'.repeat(100_000)) })
    const [line = ''] = linesOf((log) => log.error('store', error))
    expect(line.length).toBeLessThan(12_000)
    expect(JSON.parse(line)).toMatchObject({ error_message: `${'m'.repeat(500)}…`, cause: `${'c'.repeat(500)}…` })
  })

  it('of something thrown that is no error says only its kind', () => {
    expect(entryOf((log) => log.error('odd', { password: 'hunter2' }))).toStrictEqual({
      level: 'error',
      time: expect.any(String) as string,
      msg: 'odd',
      error: 'object',
    })
  })
})
