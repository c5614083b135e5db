import type * as wire from '@gatehouse/contract'
import type { Address, Identifier } from '../users/index.ts'
import type { ListedUser, UserDetails } from './identity-backend.ts'

/** One person on the wire. Of a secret only that there is one, and its state. */
export function shownUser({ user, identifiers, addresses, password, totp, webAuthnKeys }: UserDetails): wire.User {
  const owner = ownerOf(user)
  return {
    ...facts(user),
    identifiers: identifiers.map((one) => shownIdentifier(user, one)),
    verifiable_addresses: addresses.map((one) => shownAddress(user, one)),
    credentials: [
      ...(password
        ? [
            {
              ...owner,
              ...times(password),
              id: password.credentialId,
              type: 'password' as const,
              state: password.state,
              payload: { hashed_password: '###' as const },
            },
          ]
        : []),
      ...(totp
        ? [
            {
              ...owner,
              ...times(totp),
              id: totp.credentialId,
              type: 'totp' as const,
              payload: { totp_secret: '###' as const },
            },
          ]
        : []),
      ...webAuthnKeys.map((key) => ({
        ...owner,
        ...times(key),
        id: key.credentialId,
        type: 'webauthn' as const,
        payload: {
          name: key.name,
          key_id: key.keyId,
          sign_count: key.signCount,
          transports: [...key.transports],
          aaguid: key.aaguid,
          backup_eligible: key.isBackupEligible,
          backup_state: key.isBackedUp,
        },
      })),
    ],
  }
}

const ownerOf = (user: ListedUser['user']) => ({
  tenant_id: user.tenantId,
  user_pool_id: user.poolId,
  user_id: user.userId,
})

export const shownIdentifier = (user: ListedUser['user'], one: Identifier): wire.Identifier => ({
  ...ownerOf(user),
  ...times(one),
  id: one.identifierId,
  type: one.type,
  identifier: one.identifier,
  identifier_lc: one.canonical,
  metadata: { ...one.metadata },
})

export const shownAddress = (user: ListedUser['user'], one: Address): wire.Address => ({
  ...ownerOf(user),
  ...times(one),
  id: one.addressId,
  type: one.type,
  address: one.address,
  address_lc: one.canonical,
  status: one.status,
  verified: one.isVerified,
  metadata: { ...one.metadata },
  ...(one.verifiedAt === undefined ? {} : { verified_at: one.verifiedAt.toISOString() }),
  ...(one.preferredContactMethod === undefined ? {} : { preferred_contact_method: one.preferredContactMethod }),
})

export const shownListed = ({ user, identifiers, addresses }: ListedUser): wire.ListedUser => ({
  ...facts(user),
  identifiers: identifiers.map((one) => one.identifier),
  identifiers_with_details: identifiers.map((one) => ({ type: one.type, value: one.identifier })),
  addresses: addresses.map((one) => ({ address: one.address, verified: one.isVerified })),
  'verified addresses': addresses.filter((one) => one.isVerified).map((one) => one.address),
})

const times = ({ createdAt, updatedAt }: { readonly createdAt: Date; readonly updatedAt: Date }) => ({
  created_at: createdAt.toISOString(),
  updated_at: updatedAt.toISOString(),
})

/** Those that there are. */
function schemas({ schemaIds }: ListedUser['user']) {
  const { payload, metadata, businessMetadata } = schemaIds ?? {}
  return {
    ...(payload === undefined ? {} : { payload_schema_id: payload }),
    ...(metadata === undefined ? {} : { metadata_schema_id: metadata }),
    ...(businessMetadata === undefined ? {} : { business_metadata_schema_id: businessMetadata }),
  }
}

const facts = (user: ListedUser['user']) => ({
  ...times(user),
  ...schemas(user),
  id: user.userId,
  tenant_id: user.tenantId,
  user_pool_id: user.poolId,
  status: user.status,
  status_updated_at: user.statusUpdatedAt.toISOString(),
  payload: { ...user.payload },
  metadata: { ...user.metadata },
  business_metadata: { ...user.businessMetadata },
})
