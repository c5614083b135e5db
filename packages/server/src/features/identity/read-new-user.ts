import type { NewUser, UserChange } from '@gatehouse/contract'
import { userId } from '../users/index.ts'
import type { UserSchemas } from '../users/index.ts'
import type { NewUserInput } from './identity-backend.ts'
import { readCredentials } from './read-credential.ts'

/** The schemas that the data of a person is held to, where the caller names them. */
export const readSchemas = (body: UserChange): UserSchemas => ({
  payload: body.payload_schema_id,
  metadata: body.metadata_schema_id,
  businessMetadata: body.business_metadata_schema_id,
})

/** @throws Problem as `readCredentials` */
export const readNewUser = (body: NewUser): NewUserInput => ({
  userId: body.id === undefined ? undefined : userId(body.id),
  status: body.status,
  payload: body.payload ?? {},
  metadata: body.metadata ?? {},
  businessMetadata: body.business_metadata ?? {},
  schemaIds: readSchemas(body),
  identifiers: (body.identifiers ?? []).map(({ type, identifier, metadata }) => ({
    type,
    identifier,
    metadata: metadata ?? {},
  })),
  addresses: (body.verifiable_addresses ?? []).map((one) => ({
    type: one.type,
    address: one.address,
    status: one.status,
    isVerified: one.verified,
    metadata: one.metadata,
    preferredContactMethod: one.preferred_contact_method,
  })),
  ...readCredentials(body.credentials ?? []),
  legacy: body.legacy && { storeId: body.legacy.store_id, legacyId: body.legacy.legacy_id },
})
