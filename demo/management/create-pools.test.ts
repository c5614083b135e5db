import { createServer } from 'node:http'
import type { IncomingMessage, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { billers } from '../legacy/billers.ts'
import { poolUsers } from '../legacy/pool-users.ts'
import { createUsers, ensurePools, newUser, staffPoolId } from './create-pools.ts'
import type { PoolNeeds } from './create-pools.ts'
import { createManagementClient, ManagementError } from './management-client.ts'

/** A server of the few operations that are used, which counts, and can be told to be busy or to break. */
interface Fake {
  readonly server: Server
  readonly pools: Map<string, Set<string>>
  tokens: number
  posts: number
  atOnce: number
  mostAtOnce: number
  /** Answers this many requests 503 first. */
  busy: number
  /** Answers 500 from this post on. */
  breaksAt: number
  validToken: string
}

let fake: Fake
let origin: string

beforeEach(async () => {
  fake = startFake()
  const { promise, resolve } = Promise.withResolvers<void>()
  fake.server.listen(0, '127.0.0.1', resolve)
  await promise
  origin = `http://127.0.0.1:${(fake.server.address() as AddressInfo).port}`
})
afterEach(() => {
  fake.server.closeAllConnections()
  fake.server.close()
})

const withPools = billers.filter((biller) => biller.mode !== 'legacy').slice(0, 2)
const some = [...poolUsers()].filter((user) => withPools.some((biller) => biller.id === user.billerId)).slice(0, 260)

const needs = (signal = new AbortController().signal): PoolNeeds => ({
  tenantId: 't',
  signal,
  api: createManagementClient({ origin, tenantId: 't', clientId: 'setup', clientSecret: 'x y', scopes: ['identity'] }),
})

async function fill(given: PoolNeeds, onDone = (): void => undefined): Promise<void> {
  const present = await ensurePools(given, withPools)
  await createUsers(given, { users: some, present, billers: withPools, onDone })
}

const stored = (): number => [...fake.pools.values()].reduce((sum, names) => sum + names.size, 0)

describe('filling the pools', () => {
  it('creates every user once, never more than eight at a time, with one token', async () => {
    let done = 0
    await fill(needs(), () => (done += 1))
    expect({ done, stored: stored(), posts: fake.posts }).toEqual({ done: 260, stored: 260, posts: 260 })
    expect(fake.mostAtOnce).toBeLessThanOrEqual(8)
    expect(fake.tokens).toBe(1)
  })

  it('goes on after it was stopped half-way: the rest is sent, what is there is not sent again', async () => {
    const stopping = new AbortController()
    let done = 0
    const stopped = fill(needs(stopping.signal), () => {
      done += 1
      if (done === 100) stopping.abort()
    })
    await expect(stopped).rejects.toThrow(/abort/i)
    const before = fake.posts
    const storedBefore = stored()
    expect(storedBefore).toBeLessThan(260)
    await fill(needs())
    expect(stored()).toBe(260)
    expect(fake.posts - before).toBe(260 - storedBefore)
  })

  it('takes somebody who came first by another door as they are', async () => {
    const [poolId, name] = [staffPoolId(withPools[0]!), some[0]!.username]
    const given = needs()
    const present = await ensurePools(given, withPools)
    fake.pools.get(poolId)?.add(name)
    await createUsers(given, { users: some.slice(0, 3), present, billers: withPools, onDone: () => undefined })
    expect(stored()).toBe(3)
  })

  it('waits when the server is busy and gets a new token when the old one is over', async () => {
    fake.busy = 3
    const given = needs()
    const present = await ensurePools(given, withPools)
    fake.validToken = 'another'
    await createUsers(given, { users: some.slice(0, 5), present, billers: withPools, onDone: () => undefined })
    expect(stored()).toBe(5)
    expect(fake.tokens).toBeGreaterThan(1)
  })

  it('stops at an answer that nobody expected, and says which', async () => {
    fake.breaksAt = 10
    await expect(fill(needs())).rejects.toThrow(/^POST \/api\/identity\/t\/.* was answered 500/)
  })

  it('says so when nobody answers', async () => {
    fake.server.close()
    fake.server.closeAllConnections()
    await expect(fill(needs())).rejects.toThrow(ManagementError)
  })
})

describe('a user on the wire', () => {
  it('carries the hash as it is, the state of the password and the way back to the legacy row', () => {
    const users = [...poolUsers()]
    const salted = users.find((user) => user.hash.salt !== null)!
    expect(newUser(salted)).toMatchObject({
      identifiers: [{ type: 'uid', identifier: salted.username }],
      credentials: [
        {
          type: 'password',
          hashed_password: { format: salted.hash.format, hash: salted.hash.hash, salt: salted.hash.salt },
        },
      ],
      legacy: { store_id: salted.shard, legacy_id: salted.legacyId },
    })
    const reset = users.find((user) => user.passwordState === 'must_be_reset')!
    expect(newUser(reset).credentials).toMatchObject([{ must_be_reset: true }])
    const unsalted = users.find((user) => user.hash.salt === null)!
    expect(newUser(unsalted).credentials[0]?.hashed_password).not.toHaveProperty('salt')
  })
})

function startFake(): Fake {
  const state: Omit<Fake, 'server'> = {
    pools: new Map(),
    tokens: 0,
    posts: 0,
    atOnce: 0,
    mostAtOnce: 0,
    busy: 0,
    breaksAt: Infinity,
    validToken: 'good',
  }
  const answer = (request: IncomingMessage, body: string): { readonly status: number; readonly body: unknown } => {
    const url = new URL(request.url ?? '/', 'http://fake')
    if (url.pathname === '/t/system/oauth2/token') {
      // RFC 6749 §2.3.1: both parts are form-encoded before they are joined
      if (request.headers.authorization !== `Basic ${btoa('setup:x%20y')}`)
        return { status: 401, body: { error: 'invalid_client' } }
      state.tokens += 1
      return { status: 200, body: { access_token: state.validToken, expires_in: 300 } }
    }
    if (request.headers.authorization !== `Bearer ${state.validToken}`) return { status: 401, body: {} }
    if (state.busy > 0) {
      state.busy -= 1
      return { status: 503, body: {} }
    }
    if (url.pathname.endsWith('/system/pools')) {
      const { id } = JSON.parse(body) as { id: string }
      const isNew = !state.pools.has(id)
      if (isNew) state.pools.set(id, new Set())
      return { status: isNew ? 201 : 409, body: {} }
    }
    const names = state.pools.get(url.pathname.split('/').at(-2) ?? '') ?? new Set()
    if (request.method === 'GET') {
      const after = Number(url.searchParams.get('after_user_id') ?? 0)
      const page = [...names].slice(after, after + Number(url.searchParams.get('limit')))
      return {
        status: 200,
        body: { users: page.map((name, index) => ({ id: String(after + index + 1), identifiers: [name] })) },
      }
    }
    state.posts += 1
    if (state.posts >= state.breaksAt) return { status: 500, body: { error: 'server error' } }
    const name = (JSON.parse(body) as { identifiers: [{ identifier: string }] }).identifiers[0].identifier
    if (names.has(name)) return { status: 409, body: {} }
    names.add(name)
    return { status: 201, body: {} }
  }
  const server = createServer((request, response) => {
    state.atOnce += 1
    state.mostAtOnce = Math.max(state.mostAtOnce, state.atOnce)
    let body = ''
    request.setEncoding('utf8').on('data', (text: string) => (body += text))
    request.on('end', () => {
      const { status, body: content } = answer(request, body)
      state.atOnce -= 1
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content))
    })
  })
  return Object.assign(state, { server })
}
