import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Browser } from '../../testing/browser.ts'
import { openProtocol, username } from '../../testing/open-protocol.ts'
import type { Protocol } from '../../testing/open-protocol.ts'
import { operatorId } from '../../surfaces/command/index.ts'

let protocol: Protocol
beforeAll(async () => {
  protocol = await openProtocol({ backchannelLogoutUri: 'http://portal.localhost:1/logout' })
})
afterAll(() => protocol.close())

const pool = 'harbor/newtown-staff'
const type = (...words: readonly string[]) => protocol.house.type(...words)

describe('an operator', () => {
  it('stops a person and lets them in again, by name or by id; every session ends with it, and applications are told (SE09)', async () => {
    const tokens = await protocol.tokensFor(new Browser(protocol.house.server.app))
    const { userId } = protocol.user
    expect(await type('user', 'deactivate', pool, username.toUpperCase())).toStrictEqual({
      code: 0,
      lines: [`${userId} is inactive from now on.`],
    })
    expect((await protocol.refresh(tokens['refresh_token'])).status).toBe(400)
    expect((await protocol.userinfo(tokens['access_token'])).statusCode).toBe(401)
    const { reader } = protocol.house.db
    expect(await reader.selectFrom('session_clients').select('client_id').execute()).toStrictEqual([])
    expect((await type('user', 'deactivate', pool, userId)).lines).toStrictEqual([
      `${userId} is inactive already: nothing was changed.`,
    ])
    expect((await type('user', 'activate', pool, userId)).code).toBe(0)
    expect((await protocol.refresh(tokens['refresh_token'])).status).toBe(400)
    await protocol.tokensFor(new Browser(protocol.house.server.app))
    const events = await reader
      .selectFrom('audit_events')
      .select(['client_id', 'user_agent', 'affected_user_id', 'reason'])
      .where('client_id', '=', operatorId)
      .where('subject', 'in', ['user', 'session'])
      .orderBy('event_id')
      .execute()
    expect(events).toHaveLength(3)
    for (const event of events) expect(event.affected_user_id).toBe(userId)
    expect(new Set(events.map((event) => event.user_agent))).toStrictEqual(
      new Set(['gatehouse user deactivate', 'gatehouse user activate']),
    )
  })

  it.each([
    [[pool, 'nobody.here'], 1, 'User not found.'],
    [['harbor/nowhere', username], 1, 'Pool not found.'],
    [['elsewhere/newtown-staff', username], 1, 'Pool not found.'],
    [['newtown-staff', username], 2, '"newtown-staff" is not of the form tenant/pool.'],
  ])('who types %j is told why', async (typed, code, line) => {
    expect(await type('user', 'deactivate', ...typed)).toStrictEqual({ code, lines: [line] })
  })
})

describe('an operator with a file of people', () => {
  const line = (name: string) =>
    JSON.stringify({
      status: 'active',
      identifiers: [{ type: 'uid', identifier: name }],
      credentials: [{ type: 'password', hashed_password: { format: 'unsalted-md5', hash: 'a'.repeat(32) } }],
    })

  it('takes it in, is told what was refused, and goes on where it ended when it has grown', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-import-'))
    const file = join(folder, 'people.ndjson')
    const names = Array.from({ length: 600 }, (_, at) => line(`filed.${at}`))
    await writeFile(file, `${[...names.slice(0, 598), 'no json', line('filed.3')].join('\n')}\n`)
    expect(await type('users', 'import', file, '--pool', pool)).toStrictEqual({
      code: 0,
      lines: [
        'Line 599: malformed. the body is not JSON',
        'Line 600: duplicate.',
        'Done, 600 lines: 598 people, 2 refused (1 malformed, 1 duplicate).',
      ],
    })
    await appendFile(file, `${line('filed.new')}\n`)
    const again = await type('users', 'import', file, '--pool', pool)
    expect(again.code).toBe(0)
    expect(again.lines[0]).toBe('500 lines were done before: this goes on after them.')
    expect(again.lines.at(-1)).toBe('Done, 601 lines: 99 people, 2 refused (1 malformed, 1 duplicate).')
    const { reader } = protocol.house.db
    const made = await reader
      .selectFrom('identifiers')
      .select('canonical')
      .where('canonical', 'like', 'filed.%')
      .execute()
    expect(made).toHaveLength(599)
    await writeFile(file, `${names.slice(0, 500).join('\n')}\n${line('another.file')}\n`)
    expect(await type('users', 'import', file, '--pool', pool)).toMatchObject({ code: 1 })
    await rm(folder, { recursive: true })
  })

  it.each([
    [['no-such-file', '--pool', pool], 1, 'no-such-file is not a file that can be read.'],
    [['x', '--pool', 'harbor/nowhere'], 1, 'Pool not found.'],
    [['x'], 2, '--pool is missing: say which pool, as tenant/pool.'],
  ])('who types %j is told why', async (typed, code, said) => {
    expect(await type('users', 'import', ...typed)).toStrictEqual({ code, lines: [said] })
  })
})
