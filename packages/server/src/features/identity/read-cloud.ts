import type {
  Answer,
  Organization as CloudOrganization,
  Pool as CloudPool,
  User as CloudUser,
  ListedUser as CloudListedUser,
} from '@gatehouse/sdk'
import { poolId } from '../pools/index.ts'
import { organizationId } from '../tenancy/index.ts'
import { userId } from '../users/index.ts'
import { revisionOf } from './ask-cloud.ts'
import type {
  Caller,
  ListedOrganization,
  ListedPool,
  ListedUser,
  ManagedOrganization,
  ManagedPool,
  UserDetails,
} from './identity-backend.ts'

type Owner = Pick<Caller, 'tenantId'>

export function readOrganization({ tenantId }: Owner, one: CloudOrganization): ListedOrganization {
  const kept = { ...one.metadata, color: one.color, authentication_mechanisms: one.authentication_mechanisms }
  return {
    tenantId,
    organizationId: organizationId(one.id),
    workspaceId: one.parent_id,
    name: one.name,
    description: one.description,
    domains: one.domains,
    metadata: Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined)),
    isTemplate: one.template,
  }
}

export const readOrganizationAnswer = (
  caller: Owner,
  { body, etag }: Answer<CloudOrganization>,
): ManagedOrganization => ({
  ...readOrganization(caller, body),
  revision: revisionOf(etag),
})

/** What has a place of its own in ours; everything else is kept as it is. */
const own = new Set(['id', 'name', 'description', 'tenant_id', 'workspace_id', 'deleted', 'system', 'number_of_users'])

export function readPool({ tenantId }: Owner, one: CloudPool): ListedPool {
  const { min_length: minLength, not_used_since: history } = one.password_policy ?? {}
  return {
    tenantId,
    poolId: poolId(one.id),
    organizationId: organizationId(one.workspace_id),
    name: one.name,
    description: one.description,
    policy: { ...(minLength === undefined ? {} : { minLength }), ...(history === undefined ? {} : { history }) },
    wire: Object.fromEntries(Object.entries(one).filter(([field]) => !own.has(field))),
  }
}

export const readPoolAnswer = (caller: Owner, { body, etag }: Answer<CloudPool>): ManagedPool => ({
  ...readPool(caller, body),
  revision: revisionOf(etag),
})

export function readListedUser({ tenantId }: Owner, one: CloudListedUser): ListedUser {
  return {
    user: { ...factsOf(one), tenantId },
    identifiers: one.identifiers_with_details.map(({ type, value }) => ({ type, identifier: value })),
    addresses: one.addresses.map(({ address, verified }) => ({ address, isVerified: verified })),
  }
}

export function readUser({ tenantId }: Owner, { body, etag }: Answer<CloudUser>): UserDetails {
  const password = body.credentials.find(({ type }) => type === 'password')
  const totp = body.credentials.find(({ type }) => type === 'totp')
  return {
    user: { ...factsOf(body), tenantId, revision: revisionOf(etag) },
    identifiers: body.identifiers.map((one) => ({
      ...timesOf(one),
      identifierId: one.id,
      type: one.type,
      identifier: one.identifier,
      canonical: one.identifier_lc,
      metadata: one.metadata,
    })),
    addresses: body.verifiable_addresses.map((one) => ({
      ...timesOf(one),
      addressId: one.id,
      type: one.type,
      address: one.address,
      canonical: one.address_lc,
      status: one.status,
      isVerified: one.verified,
      verifiedAt: one.verified_at === undefined ? undefined : new Date(one.verified_at),
      metadata: one.metadata,
      preferredContactMethod: one.preferred_contact_method,
    })),
    password: password && { ...timesOf(password), credentialId: password.id, state: password.state ?? 'valid' },
    totp: totp && { ...timesOf(totp), credentialId: totp.id },
    webAuthnKeys: body.credentials.flatMap(readWebAuthnKey),
  }
}

function readWebAuthnKey({ id, payload, ...rest }: CloudUser['credentials'][number]): UserDetails['webAuthnKeys'] {
  if (!('key_id' in payload)) return []
  return [
    {
      ...timesOf(rest),
      credentialId: id,
      name: payload.name,
      keyId: payload.key_id,
      signCount: payload.sign_count,
      transports: payload.transports,
      aaguid: payload.aaguid,
      isBackupEligible: payload.backup_eligible,
      isBackedUp: payload.backup_state,
    },
  ]
}

const timesOf = (one: { readonly created_at: string; readonly updated_at: string }) => ({
  createdAt: new Date(one.created_at),
  updatedAt: new Date(one.updated_at),
})

const factsOf = (one: CloudListedUser | CloudUser) => ({
  ...timesOf(one),
  userId: userId(one.id),
  poolId: poolId(one.user_pool_id),
  status: one.status,
  statusUpdatedAt: new Date(one.status_updated_at),
  payload: one.payload,
  metadata: one.metadata,
  businessMetadata: one.business_metadata,
  schemaIds: {
    payload: one.payload_schema_id,
    metadata: one.metadata_schema_id,
    businessMetadata: one.business_metadata_schema_id,
  },
})
