import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { json, scriptedWorld } from './platform/testing/scripted-world.ts'
import type { Script } from './platform/testing/scripted-world.ts'
import { secureAuthIn } from './secure-auth.ts'
import { SecureAuthError } from './secure-auth-error.ts'
import type { Settings } from './settings.ts'

const secret = 'a-secret-that-nobody-may-read'
const credentials = { clientId: 'crm', clientSecret: secret }

function opened(script: Script, options: Parameters<typeof scriptedWorld>[1] = {}, settings: Partial<Settings> = {}) {
  const scripted = scriptedWorld(script, options)
  const api = secureAuthIn(scripted.world, { baseUrl: 'https://id.example/', tenant: 'acme', credentials, ...settings })
  return { ...scripted, api }
}

const failure = async (promise: Promise<unknown>): Promise<SecureAuthError> => {
  const thrown: unknown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (thrown instanceof SecureAuthError) return thrown
  throw new Error(`no SecureAuthError but ${inspect(thrown)}`)
}

const aUser = { ipID: 'staff', userID: 'u1' }
const empty = { users: [] }

describe('a call', () => {
  it('is sent where the contract says, with ids escaped, lists joined, and the token', async () => {
    const { api, calls } = opened(() => json(200, { audit_events: [] }))
    await api.system.listAuditEvents({
      wid: 'a/b c',
      event_subject: ['user', 'session'],
      limit: 5,
      client_id: undefined,
    })
    expect(calls).toHaveLength(1)
    expect(calls[0]).toMatchObject({
      method: 'GET',
      url: 'https://id.example/api/system/acme/servers/a%2Fb%20c/audit-events?event_subject=user%2Csession&limit=5',
      redirect: 'error',
    })
    expect(Object.fromEntries(calls[0]!.headers)).toStrictEqual({
      accept: 'application/json',
      authorization: 'Bearer token-1',
    })
  })

  it('carries the entity tag that was seen, and gives the one that came', async () => {
    const { api, calls } = opened(() => json(200, { id: 'u1' }, { etag: '"8"', 'x-request-id': 'r1' }))
    const answer = await api.identity.systemUpdateUser({ ...aUser, body: { status: 'inactive' } }, { ifMatch: '"7"' })
    expect(calls[0]?.headers.get('if-match')).toBe('"7"')
    expect(calls[0]?.body).toBe('{"status":"inactive"}')
    expect(answer).toStrictEqual({ body: { id: 'u1' }, etag: '"8"', requestId: 'r1' })
  })

  it.each(['', '.', '..'])('with the id "%s", which would lead to another operation, is not sent', async (userID) => {
    const { api, calls } = opened(() => json(200, {}))
    expect(await failure(api.identity.systemDeleteUser({ ipID: 'staff', userID }))).toMatchObject({
      code: 'sdk.invalid_input',
    })
    expect(calls).toHaveLength(0)
  })

  it('with a parameter that the operation does not have is not sent', async () => {
    const { api, calls } = opened(() => json(200, empty))
    const misspelt = { ipID: 'staff', limits: 5 } as { ipID: string }
    expect((await failure(api.identity.systemListUsers(misspelt))).message).toContain('"limits"')
    expect(calls).toHaveLength(0)
  })

  it('that is refused says code, status, details and request id of the server', async () => {
    const { api } = opened(() =>
      json(
        422,
        {
          error: 'Invalid',
          error_code: 'request.invalid',
          status_code: 422,
          details: { request_id: 'r9', field: 'x' },
        },
        { 'retry-after': '7' },
      ),
    )
    const error = await failure(api.identity.systemGetUser(aUser))
    expect(error).toMatchObject({
      name: 'SecureAuthError',
      message: 'identity.systemGetUser: Invalid (request.invalid, 422)',
      code: 'request.invalid',
      status: 422,
      details: { request_id: 'r9', field: 'x' },
      requestId: 'r9',
      operation: 'identity.systemGetUser',
      retryAfterSeconds: 7,
    })
  })

  it.each(['', '<html>', '[]', 'null', '{"error":5}'])(
    'refused with the body "%s" is an error all the same',
    async (text) => {
      const { api } = opened(() => new Response(text, { status: 418 }))
      expect(await failure(api.identity.systemGetUser(aUser))).toMatchObject({
        code: 'http.418',
        status: 418,
        details: {},
      })
    },
  )

  it('whose answer is no JSON fails without quoting it', async () => {
    const { api } = opened(() => new Response('private text', { status: 200 }))
    const error = await failure(api.identity.systemGetUser(aUser))
    expect(error.code).toBe('sdk.unreadable_answer')
    expect(inspect(error, { depth: 9 })).not.toContain('private text')
  })
})

describe('trying again', () => {
  const lost = (): never => {
    throw new TypeError('fetch failed')
  }
  const once =
    (first: Script): Script =>
    (request, number) =>
      number === 1 ? first(request, number) : json(200, empty)

  it.each([
    ['a lost connection', lost],
    ['429', () => json(429, {})],
    ['502', () => json(502, {})],
    ['503', () => json(503, {})],
    ['504', () => json(504, {})],
  ])('is done for what only reads, after %s', async (_, first) => {
    const { api, calls } = opened(once(first))
    await api.identity.systemListUsers({ ipID: 'staff' })
    expect(calls).toHaveLength(2)
  })

  it.each([
    ['429', () => json(429, {})],
    ['503 that says when to come back', () => json(503, {}, { 'retry-after': '1' })],
  ])('is done for what changes something, after %s', async (_, first) => {
    const { api, calls } = opened(once(first))
    await api.identity.systemDeleteUser(aUser)
    expect(calls).toHaveLength(2)
  })

  it.each([
    ['a lost connection', lost, 'sdk.network'],
    ['500', () => json(500, {}), 'http.500'],
    ['502', () => json(502, {}), 'http.502'],
    ['503 without a word', () => json(503, {}), 'http.503'],
    ['504', () => json(504, {}), 'http.504'],
  ])('is never done for what may have changed something, after %s', async (_, first, code) => {
    const { api, calls } = opened(once(first))
    expect(await failure(api.identity.systemCreateUser({ ipID: 'staff', body: { status: 'active' } }))).toMatchObject({
      code,
    })
    expect(calls).toHaveLength(1)
  })

  it('waits at random up to a bound that doubles, on top of what the server asks for, and ends after three', async () => {
    const { api, calls, waits } = opened(() => json(503, {}, { 'retry-after': '2' }), { random: 0.25 })
    expect(await failure(api.identity.systemListUsers({ ipID: 'staff' }))).toMatchObject({ status: 503 })
    expect(waits).toStrictEqual([2050, 2100, 2200])
    expect(calls).toHaveLength(4)
  })

  it('reads a date to come back at', async () => {
    const { api, waits } = opened(
      once(() => json(429, {}, { 'retry-after': 'Sun, 01 Mar 2026 00:00:05 GMT' })),
      {
        random: 0,
      },
    )
    await api.identity.systemListUsers({ ipID: 'staff' })
    expect(waits).toStrictEqual([5000])
  })

  it('is not done when the wait would outlast the call, and says how long it would have been', async () => {
    const { api, waits } = opened(() => json(429, {}, { 'retry-after': '31' }))
    expect(await failure(api.identity.systemListUsers({ ipID: 'staff' }))).toMatchObject({ retryAfterSeconds: 31 })
    expect(waits).toStrictEqual([])
  })
})

describe('a call that is given up', () => {
  const never: Script = () => new Promise(() => {})

  it('by its caller rejects at once with the reason as cause, and is not tried again', async () => {
    const stop = new AbortController()
    const { api, calls } = opened(() => {
      stop.abort(new Error('the page was left'))
      return new Promise(() => {})
    })
    const error = await failure(api.identity.systemListUsers({ ipID: 'staff' }, { signal: stop.signal }))
    expect(error).toMatchObject({ code: 'sdk.aborted', cause: { message: 'the page was left' } })
    expect(calls).toHaveLength(1)
  })

  it('before it began sends nothing', async () => {
    const { api, calls } = opened(never)
    const signal = AbortSignal.abort()
    expect(await failure(api.identity.systemListUsers({ ipID: 'staff' }, { signal }))).toMatchObject({
      code: 'sdk.aborted',
    })
    expect(calls).toHaveLength(0)
  })

  it('by its time says so', async () => {
    const all = opened(() => {
      all.endTime()
      return new Promise(() => {})
    })
    expect(await failure(all.api.identity.systemListUsers({ ipID: 'staff' }))).toMatchObject({ code: 'sdk.timeout' })
  })
})

describe('what was sent', () => {
  it('is in no error: neither secret, nor token, nor password', async () => {
    const password = 'correct horse'
    const verify = { ipID: 'staff', body: { userID: 'u1', password } }
    const words = [secret, 'token-1', password, btoa(`crm:${secret}`)]
    const refusing: Script = (request) => {
      throw new TypeError(`fetch failed for ${request.method}`)
    }
    for (const [script, options] of [
      [refusing, {}],
      [() => json(400, { error: 'bad', error_code: 'request.malformed' }), {}],
      [() => json(200, {}), { onToken: () => json(401, { error: 'invalid_client', error_description: 'no' }) }],
      [() => json(200, {}), { onToken: () => json(200, { access_token: 'token-1\nX: y' }) }],
    ] as const) {
      const { api } = opened(script, options)
      const text = inspect(await failure(api.identity.verifyPasswordV2(verify)), { depth: 9, showHidden: true })
      for (const word of words) expect(text).not.toContain(word)
    }
    const { api } = opened(() => json(200, {}))
    expect(inspect(api, { depth: 9, showHidden: true })).not.toContain(secret)
  })
})

describe('the base URL', () => {
  it('names a server and no path on it', () => {
    expect(() => opened(() => json(200, {}), {}, { baseUrl: 'https://id.example/api' })).toThrow('has a path')
    expect(() => opened(() => json(200, {}), {}, { baseUrl: 'id.example' })).toThrow('Invalid URL')
  })
})
