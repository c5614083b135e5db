import * as contract from '@gatehouse/contract'
import type { Operation } from '@gatehouse/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findName } from '../directory/index.ts'
import { organizationId } from '../tenancy/index.ts'
import { localContacts } from './contacts.ts'
import { openManagement } from './testing/open-management.ts'
import type { Management } from './testing/open-management.ts'
import { madeBiller, madePerson } from './testing/people.ts'

let management: Management
let tenant: Awaited<ReturnType<Management['tenant']>>
let pool: string
beforeAll(async () => {
  management = await openManagement()
  tenant = await management.tenant('contacts')
  pool = (await madeBiller(tenant, 'acme')).pool
})
afterAll(() => management.close())

const call = <A extends Operation['answer']>(
  operation: Operation<Operation['params'], Operation['query'], Operation['body'], A>,
  userID: string,
  body: unknown,
  headers: Record<string, string> = {},
) => tenant.call(operation, { params: { ipID: pool, userID }, body, headers })
const get = (id: string) => tenant.call(contract.systemGetUser, { params: { ipID: pool, userID: id } })

async function homeOf(name: string) {
  const workspace = { tenantId: 'contacts', workspaceId: 'portal', usernameScope: 'workspace' as const }
  const { reader } = management.db
  const found = await findName(
    reader,
    management.needs.nameKeys,
    { ...workspace, name: '', kind: 'customer', brand: {} },
    name,
    organizationId('acme'),
  )
  return found.kind === 'found' ? found.entry.userId : undefined
}

describe('identifiers of a person', () => {
  it('are added and removed, and each is a change of the person', async () => {
    const id = await madePerson(tenant, pool, 'ida')
    const added = await call(contract.systemAddIdentifier, id, {
      type: 'email',
      identifier: 'Ida@Example.test',
      metadata: { source: { crm: 1 } },
    })
    expect(added).toMatchObject({
      status: 200,
      headers: { etag: '"2"' },
      body: { user_id: id, identifier: 'Ida@Example.test', identifier_lc: 'ida@example.test', type: 'email' },
    })
    const { body, headers } = await get(id)
    expect(headers['etag']).toBe('"2"')
    expect(body.identifiers).toContainEqual(added.body)
    expect((await call(contract.systemDeleteIdentifier, id, { identifier: 'IDA@example.test' })).status).toBe(204)
    expect((await get(id)).body.identifiers.map((one: contract.Identifier) => one.type)).toEqual(['uid'])
  })

  it('name nobody else: neither in the pool, nor, as usernames, in the workspace', async () => {
    const other = (await madeBiller(tenant, 'other')).pool
    await madePerson(tenant, other, 'taken.elsewhere')
    const [first, second] = [await madePerson(tenant, pool, 'first'), await madePerson(tenant, pool, 'second')]
    const external = { type: 'external', identifier: 'crm-1' }
    expect((await call(contract.systemAddIdentifier, first, external)).status).toBe(200)
    for (const id of [first, second]) {
      expect(await call(contract.systemAddIdentifier, id, external)).toMatchObject({
        status: 409,
        body: { error_code: 'user.identifier_taken' },
      })
    }
    for (const identifier of ['FIRST', 'taken.elsewhere']) {
      const refused = await call(contract.systemAddIdentifier, second, { type: 'uid', identifier })
      expect(refused).toMatchObject({ status: 409, body: { error_code: 'user.identifier_taken' } })
    }
    expect((await get(second)).headers['etag']).toBe('"1"')
  })

  it('that are usernames lead to the person from when they are added until they are removed', async () => {
    const [one, two] = [await madePerson(tenant, pool, 'one'), await madePerson(tenant, pool, 'two')]
    expect((await call(contract.systemAddIdentifier, one, { type: 'uid', identifier: 'Alias' })).status).toBe(200)
    expect(await homeOf('alias')).toBe(one)
    expect((await call(contract.systemDeleteIdentifier, one, { identifier: 'aLIAS' })).status).toBe(204)
    expect(await homeOf('alias')).toBeUndefined()
    expect((await call(contract.systemAddIdentifier, two, { type: 'uid', identifier: 'alias' })).status).toBe(200)
    expect(await homeOf('alias')).toBe(two)
    await tenant.call(contract.systemDeleteUser, { params: { ipID: pool, userID: two } })
    expect(await homeOf('alias')).toBeUndefined()
  })

  it('are not removed from anybody but their owner, and somebody else’s answer like absent ones', async () => {
    const [owner, stranger] = [await madePerson(tenant, pool, 'owner'), await madePerson(tenant, pool, 'stranger')]
    const refused = async (identifier: string) =>
      JSON.stringify((await call(contract.systemDeleteIdentifier, stranger, { identifier })).body).replace(
        /"request_id":"[^"]*"/,
        '',
      )
    expect(await refused('owner')).toBe(await refused('nobody.at.all'))
    expect(await refused('owner')).toContain('identifier.not_found')
    expect((await get(owner)).body.identifiers).toHaveLength(1)
  })

  it('are refused where they are not of their type', async () => {
    const id = await madePerson(tenant, pool, 'typed')
    for (const [type, identifier] of [
      ['email', 'no address'],
      ['mobile', '12'],
      ['uid', 'a b\u0007'],
    ]) {
      expect((await call(contract.systemAddIdentifier, id, { type, identifier })).status).toBe(422)
    }
  })
})

describe('addresses of a person', () => {
  it('are added, changed and removed, with what applications say about them', async () => {
    const id = await madePerson(tenant, pool, 'ada', { verifiable_addresses: [] })
    const added = await call(contract.systemAddVerifiableAddress, id, {
      type: 'mobile',
      address: '+1 (555) 010-0199',
      verified: false,
      metadata: { label: { en: 'work' } },
      preferred_contact_method: 'voice',
    })
    expect(added).toMatchObject({
      status: 200,
      headers: { etag: '"2"' },
      body: {
        user_id: id,
        address_lc: '+15550100199',
        status: 'active',
        verified: false,
        metadata: { label: { en: 'work' } },
        preferred_contact_method: 'voice',
      },
    })
    expect(added.body).not.toHaveProperty('verified_at')
    const change = { address: '+15550100199', status: 'inactive', verified: true }
    const changed = await call(contract.systemUpdateVerifiableAddress, id, change)
    expect(changed).toMatchObject({ status: 200, headers: { etag: '"3"' } })
    expect(changed.body).toEqual({
      ...added.body,
      status: 'inactive',
      verified: true,
      verified_at: changed.body.updated_at,
    })
    expect((await get(id)).body.verifiable_addresses).toEqual([changed.body])
    expect((await call(contract.systemDeleteVerifiableAddress, id, { address: '+15550100199' })).status).toBe(204)
    expect((await get(id)).body.verifiable_addresses).toEqual([])
  })

  it('are kept as they were given when the person is created (metadata, preferred way)', async () => {
    const address = {
      type: 'email',
      address: 'kept@example.test',
      status: 'active',
      verified: false,
      metadata: { a: { b: 1 } },
      preferred_contact_method: 'sms',
    }
    const id = await madePerson(tenant, pool, 'keeper', { verifiable_addresses: [address] })
    expect((await get(id)).body.verifiable_addresses).toMatchObject([address])
  })

  it('may be shared by several people, but one person has each once', async () => {
    const [one, two] = [await madePerson(tenant, pool, 'mail.one'), await madePerson(tenant, pool, 'mail.two')]
    const shared = { type: 'email', address: 'Shared@example.test', verified: true }
    expect((await call(contract.systemAddVerifiableAddress, one, shared)).status).toBe(200)
    expect((await call(contract.systemAddVerifiableAddress, two, shared)).status).toBe(200)
    expect(
      await call(contract.systemAddVerifiableAddress, two, { ...shared, address: 'shared@EXAMPLE.test' }),
    ).toMatchObject({ status: 409, body: { error_code: 'user.address_taken' } })
  })

  it('of somebody else are not there', async () => {
    const id = await madePerson(tenant, pool, 'lonely')
    for (const address of ['mail.one@example.test', 'nobody@example.test', 'nonsense']) {
      const change = { address, status: 'active', verified: true }
      expect(await call(contract.systemUpdateVerifiableAddress, id, change)).toMatchObject({
        status: 404,
        body: { error_code: 'address.not_found' },
      })
      expect((await call(contract.systemDeleteVerifiableAddress, id, { address })).status).toBe(404)
    }
    expect((await get(id)).headers['etag']).toBe('"1"')
  })
})

describe('two callers who have read the same person', () => {
  it('lose nothing: the second change with the old tag is refused, whatever it changes', async () => {
    const id = await madePerson(tenant, pool, 'tagged')
    const seen = { 'if-match': (await get(id)).headers['etag'] as string }
    const identifier = { type: 'external', identifier: 'tagged-1' }
    expect((await call(contract.systemAddIdentifier, id, identifier, seen)).status).toBe(200)
    const late: [Operation, unknown][] = [
      [contract.systemAddIdentifier, { type: 'external', identifier: 'tagged-2' }],
      [contract.systemDeleteIdentifier, { identifier: 'tagged-1' }],
      [contract.systemAddVerifiableAddress, { type: 'email', address: 'late@example.test', verified: true }],
      [contract.systemUpdateVerifiableAddress, { address: 'tagged@example.test', status: 'inactive', verified: false }],
      [contract.systemDeleteVerifiableAddress, { address: 'tagged@example.test' }],
      [contract.systemUpdateUser, { metadata: { late: true } }],
    ]
    const before = JSON.stringify((await get(id)).body)
    for (const [operation, body] of late) {
      expect((await call(operation, id, body, seen)).status, operation.operationId).toBe(412)
    }
    expect(JSON.stringify((await get(id)).body)).toBe(before)
  })
})

describe('bad input', () => {
  it('is refused and writes nothing', async () => {
    const id = await madePerson(tenant, pool, 'solid')
    const bodies: unknown[] = [
      {},
      { type: 'email' },
      { type: 'none', identifier: 'x' },
      { type: 'external', identifier: 7 },
      { type: 'external', identifier: 'x'.repeat(301) },
      { type: 'external', identifier: 'x', user_id: id },
      { type: 'external', identifier: 'x', metadata: Array.from({ length: 10_000 }, () => 1) },
    ]
    for (const body of bodies) expect((await call(contract.systemAddIdentifier, id, body)).status).toBe(400)
    const raw = [
      '{"type":"external","identifier":"a","identifier":"b"}',
      '{"__proto__":{"type":"external"},"identifier":"x"}',
    ]
    for (const payload of raw) {
      const response = await management.app.inject({
        method: 'POST',
        url: `/api/identity/contacts/system/pools/${pool}/users/${id}/identifiers/add`,
        headers: { authorization: `Bearer ${tenant.token}`, 'content-type': 'application/json' },
        payload,
      })
      expect(response.statusCode).toBe(400)
    }
    const { body, headers } = await get(id)
    expect(headers['etag']).toBe('"1"')
    expect(body.identifiers).toHaveLength(1)
  })
})

describe('the operations behind the routes', () => {
  it('ask for the scope themselves', async () => {
    const contacts = localContacts(management.needs) as unknown as Record<
      string,
      (...args: unknown[]) => Promise<unknown>
    >
    const caller = {
      tenantId: 'contacts',
      scopes: new Set(['view_audit_events']),
      clientId: 'c',
      facts: { requestId: 'r', ipAddress: '::1', userAgent: '' },
    }
    for (const name of Object.keys(contacts)) {
      const input = name.startsWith('add') ? { type: 'email', identifier: 'a@b.test', address: 'a@b.test' } : 'a@b.test'
      const asked = async () => contacts[name]?.(caller, pool, management.needs.random.uuid(), input)
      await expect(asked(), name).rejects.toMatchObject({ code: 'caller.forbidden' })
    }
  })
})
