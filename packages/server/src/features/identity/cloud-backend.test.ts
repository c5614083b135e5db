import { systemScopes } from '@gatehouse/contract'
import { secureAuth } from '@gatehouse/sdk'
import type { Pool, User } from '@gatehouse/sdk'
import { answer, Refusal, secureAuthDouble } from '@gatehouse/sdk/testing'
import type { Answers } from '@gatehouse/sdk/testing'
import { describe, expect, it } from 'vitest'
import { Problem } from '../../problem/index.ts'
import { poolId } from '../pools/index.ts'
import { userId } from '../users/index.ts'
import { cloudBackend } from './cloud-backend.ts'
import type { Caller, NewUserInput } from './identity-backend.ts'

const facts = { requestId: 'r', ipAddress: '192.0.2.1', userAgent: 'test', clientId: 'crm' }
const caller: Caller = { tenantId: 'harbor', clientId: 'crm', scopes: new Set(systemScopes), facts }
const staff = poolId('staff')
const id = userId('0190a000-0000-7000-8000-000000000000')

const pool: Pool = {
  id: 'staff',
  name: 'Staff',
  description: '',
  tenant_id: 'theirs',
  workspace_id: 'river',
  deleted: false,
  system: false,
}
const at = '2026-01-01T00:00:00Z'
const user: User = {
  id,
  tenant_id: 'theirs',
  user_pool_id: 'staff',
  status: 'active',
  payload: {},
  metadata: {},
  business_metadata: {},
  created_at: at,
  updated_at: at,
  status_updated_at: at,
  credentials: [],
  identifiers: [],
  verifiable_addresses: [],
}
const input: NewUserInput = {
  status: 'active',
  payload: {},
  metadata: {},
  businessMetadata: {},
  identifiers: [],
  addresses: [],
}

function opened(answers: Answers) {
  const double = secureAuthDouble(answers)
  return { ...double, backend: cloudBackend(() => ({ api: double.api, tenant: 'theirs' })) }
}

const thrownBy = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  )

const refusing = (status: number, code: string, more?: ConstructorParameters<typeof Refusal>[2]) => () => {
  throw new Refusal(status, code, more)
}

describe('a cloud that is SecureAuth’s own', () => {
  it.each([
    [404, 'pool.not_found'],
    [409, 'user.identifier_taken'],
    [422, 'request.invalid'],
    [400, 'request.invalid'],
    [412, 'request.conflict'],
    [429, 'request.throttled'],
    [503, 'server.busy'],
  ])('is understood by the status %i where its codes are its own', async (status, code) => {
    const { backend } = opened({ identity: { systemCreateUser: refusing(status, 'E0815') } })
    expect(await thrownBy(backend.createUser(caller, staff, input))).toMatchObject({ name: 'Problem', code })
  })

  it.each([
    [401, 'caller.unauthenticated'],
    [403, 'E0816'],
    [500, 'E0817'],
    [501, 'E0818'],
  ])('that refuses us, or breaks, is our own trouble: %d %s', async (status, code) => {
    const { backend } = opened({ identity: { systemCreateUser: refusing(status, code) } })
    expect(await thrownBy(backend.createUser(caller, staff, input))).not.toBeInstanceOf(Problem)
  })

  it('that cannot be reached is busy', async () => {
    const fetch = () => Promise.reject(new TypeError('fetch failed'))
    const api = secureAuth({
      baseUrl: 'http://cloud.test',
      tenant: 't',
      credentials: { token: () => 't' },
      fetch,
      retries: 0,
    })
    const backend = cloudBackend(() => ({ api, tenant: 't' }))
    expect(await thrownBy(backend.getPool(caller, staff))).toMatchObject({ name: 'Problem', code: 'server.busy' })
  })

  it('may tag its objects as it likes: what was seen is compared, and the cloud’s own tag is sent', async () => {
    const { backend, calls } = opened({
      identity: {
        systemGetPool: () => answer(pool, { etag: 'W/"a-long-hash"' }),
        systemUpdatePool: () => answer(pool, { etag: 'W/"another"' }),
      },
    })
    const { revision } = (await backend.getPool(caller, staff)).pool
    const changed = await backend.updatePool(caller, staff, { name: 'New' }, [revision])
    expect(changed.revision).not.toBe(revision)
    expect(calls.at(-1)).toMatchObject({ operation: 'systemUpdatePool', ifMatch: 'W/"a-long-hash"' })
    expect(await thrownBy(backend.updatePool(caller, staff, { name: 'x' }, [revision + 1]))).toMatchObject({
      code: 'request.conflict',
    })
  })

  it('is asked anew when somebody else was faster and the caller minds no state, and not for ever', async () => {
    let tries = 0
    const { backend } = opened({
      identity: {
        systemGetUser: () => answer(user, { etag: `"${tries}"` }),
        systemUpdateUser() {
          tries += 1
          throw new Refusal(412, 'E0412')
        },
      },
    })
    const late = backend.updateUser(caller, staff, id, { status: 'inactive' }, undefined)
    expect(await thrownBy(late)).toMatchObject({ code: 'request.conflict' })
    expect(tries).toBe(5)
  })

  it('is never sent what its API has no word for', async () => {
    const { backend, calls } = opened({})
    for (const refused of [
      { ...input, password: { kind: 'hashed', verifier: '$argon2id$…', state: 'valid' } },
      { ...input, legacy: { storeId: 'shard', legacyId: '7' } },
    ] as const) {
      expect(await thrownBy(backend.createUser(caller, staff, refused))).toMatchObject({ code: 'request.invalid' })
    }
    expect(calls).toHaveLength(0)
  })

  it('is not sent an id that would lead to another address', async () => {
    const { backend, calls } = opened({})
    expect(await thrownBy(backend.getPool(caller, poolId('..')))).toMatchObject({ code: 'pool.not_found' })
    expect(await thrownBy(backend.getUser(caller, staff, userId('')))).toMatchObject({ code: 'user.not_found' })
    expect(calls).toHaveLength(0)
  })
})
