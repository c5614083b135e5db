import * as contract from '@gatehouse/contract'
import type { Management } from './open-management.ts'

/** Long enough for every pool and on no list. */
export const goodPassword = 'quiet harbour lantern 47'
export const otherPassword = 'seven amber bicycles 12'

type Tenant = Awaited<ReturnType<Management['tenant']>>

/** An organization with a pool, made through the API. */
export async function madeBiller(
  tenant: Tenant,
  id: string,
): Promise<{ readonly organization: string; readonly pool: string }> {
  const pool = `${tenant.id}-${id}-staff`
  const organization = await tenant.call(contract.createOrganization, {
    body: { id, name: `Biller ${id}`, parent_id: 'portal' },
  })
  const made = await tenant.call(contract.systemCreatePool, {
    body: { tenant_id: tenant.id, id: pool, name: 'Staff', workspace_id: id },
  })
  if (organization.status !== 201 || made.status !== 201)
    throw new Error(JSON.stringify([organization.body, made.body]))
  return { organization: id, pool }
}

/** An active person with a username, a verified address and a password. */
export const person = (username: string, more: object = {}) => ({
  status: 'active',
  payload: { name: 'Robin Doe' },
  identifiers: [{ type: 'uid', identifier: username }],
  verifiable_addresses: [{ type: 'email', address: `${username}@example.test`, status: 'active', verified: true }],
  credentials: [{ type: 'password', password: goodPassword }],
  ...more,
})

export async function madePerson(tenant: Tenant, pool: string, username: string, more: object = {}): Promise<string> {
  const made = await tenant.call(contract.systemCreateUser, { params: { ipID: pool }, body: person(username, more) })
  if (made.status !== 201) throw new Error(JSON.stringify(made.body))
  return made.body.id
}
