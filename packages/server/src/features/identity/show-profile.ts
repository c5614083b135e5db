import type * as wire from '@gatehouse/contract'
import type { UserDetails } from './identity-backend.ts'

/** What a person sees of themselves. @param hidden fields of the metadata that their schema keeps from them */
export function shownProfile(details: UserDetails, hidden: ReadonlySet<string>): wire.Profile {
  const { user, identifiers, addresses } = details
  return {
    id: user.userId,
    payload: { ...user.payload },
    metadata: Object.fromEntries(Object.entries(user.metadata).filter(([name]) => !hidden.has(name))),
    identifiers: identifiers.map(({ identifier, type, createdAt }) => ({
      identifier,
      type,
      created_at: createdAt.toISOString(),
    })),
    verifiable_addresses: addresses.map((one) => ({
      address: one.address,
      type: one.type,
      status: one.status,
      verified: one.isVerified,
      created_at: one.createdAt.toISOString(),
      updated_at: one.updatedAt.toISOString(),
      ...(one.verifiedAt === undefined ? {} : { verified_at: one.verifiedAt.toISOString() }),
      ...(one.preferredContactMethod === undefined ? {} : { preferred_contact_method: one.preferredContactMethod }),
    })),
  }
}

/** The same with their credentials: that there are some, never what is in them. */
export function shownProfileV2(details: UserDetails, hidden: ReadonlySet<string>): wire.ProfileV2 {
  const { password, totp, webAuthnKeys } = details
  return {
    ...shownProfile(details, hidden),
    credentials: [
      ...(password
        ? [{ id: password.credentialId, type: 'password' as const, state: password.state, ...updated(password) }]
        : []),
      ...(totp ? [{ id: totp.credentialId, type: 'totp' as const, ...updated(totp) }] : []),
      ...webAuthnKeys.map((key) => ({
        id: key.credentialId,
        type: 'webauthn' as const,
        name: key.name,
        ...updated(key),
      })),
    ],
  }
}

const updated = ({ updatedAt }: { readonly updatedAt: Date }) => ({ updated_at: updatedAt.toISOString() })
