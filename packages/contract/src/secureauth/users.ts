import { Type } from 'typebox'
import type { Static } from 'typebox'
import { noBody, operation } from '../operation.ts'
import { totpSecret } from './totp.ts'
import { givenWebAuthnKey } from './webauthn.ts'
import {
  addressStatus,
  addressType,
  contactMethod,
  credentialType,
  entityId,
  exactly,
  freeObject,
  identifierType,
  optional,
  paging,
  passwordState,
  schemaId,
  secretText,
  text,
  time,
  userStatus,
  uuid,
  word,
} from './words.ts'

const data = {
  business_metadata: optional(freeObject),
  metadata: optional(freeObject),
  payload: optional(freeObject),
}
/** What the data is held to; those not named are the pool's. */
const schemas = {
  business_metadata_schema_id: optional(schemaId),
  metadata_schema_id: optional(schemaId),
  payload_schema_id: optional(schemaId),
}

/** A password as another system stored it. */
export const hashedPassword = exactly({
  /** The name of a format as docs/password-formats.md has it: `bcrypt`, `salted-sha256-last/base64/hex`. */
  format: Type.String({ pattern: '^[a-z0-9/-]{1,60}$' }),
  /** The stored text, character for character. */
  hash: Type.String({ minLength: 1, maxLength: 2000 }),
  /** Where the salt is kept beside the hash. */
  salt: optional(Type.String({ maxLength: 2000 })),
})
export type HashedPassword = Static<typeof hashedPassword>

export const newCredential = exactly({
  type: credentialType,
  password: optional(secretText),
  // Divergence D-01
  hashed_password: optional(hashedPassword),
  must_be_changed: optional(Type.Boolean()),
  must_be_reset: optional(Type.Boolean()),
  totp_secret: optional(totpSecret),
  webauthn_credentials: optional(Type.Array(givenWebAuthnKey, { maxItems: 20 })),
})
export type NewCredential = Static<typeof newCredential>

export const newIdentifier = exactly({ identifier: text, type: identifierType, metadata: optional(freeObject) })

export const newAddress = exactly({
  address: text,
  type: addressType,
  status: addressStatus,
  verified: Type.Boolean(),
  metadata: optional(freeObject),
  preferred_contact_method: optional(contactMethod),
})

export const newUser = exactly({
  ...data,
  ...schemas,
  // Divergence D-07: a UUID, given once.
  id: optional(uuid),
  status: userStatus,
  credentials: optional(Type.Array(newCredential, { maxItems: 5 })),
  identifiers: optional(Type.Array(newIdentifier, { maxItems: 20 })),
  verifiable_addresses: optional(Type.Array(newAddress, { maxItems: 20 })),
  // Divergence D-09
  /** Accepted and not kept. */
  user_type: optional(word),
  // Divergence D-02
  legacy: optional(exactly({ store_id: word, legacy_id: word })),
})
export type NewUser = Static<typeof newUser>

export const userChange = exactly({ ...data, ...schemas, status: optional(userStatus) })
export type UserChange = Static<typeof userChange>

const ofUser = { tenant_id: entityId, user_pool_id: entityId, user_id: uuid, created_at: time, updated_at: time }

export const credential = exactly({
  ...ofUser,
  id: uuid,
  type: credentialType,
  state: optional(passwordState),
  /** Says that there is a secret, never which. */
  payload: Type.Union([
    exactly({ hashed_password: Type.Literal('###') }),
    exactly({ totp_secret: Type.Literal('###') }),
    /** A public key has no secret. */
    exactly({
      name: Type.String(),
      key_id: Type.String(),
      sign_count: Type.Integer(),
      transports: Type.Array(Type.String()),
      aaguid: Type.String(),
      backup_eligible: Type.Boolean(),
      backup_state: Type.Boolean(),
    }),
  ]),
})

export const identifier = exactly({
  ...ofUser,
  id: uuid,
  identifier: Type.String(),
  /** The form in which it is compared. */
  identifier_lc: Type.String(),
  type: identifierType,
  metadata: freeObject,
})
export type Identifier = Static<typeof identifier>

export const address = exactly({
  ...ofUser,
  id: uuid,
  address: Type.String(),
  address_lc: Type.String(),
  type: addressType,
  status: addressStatus,
  verified: Type.Boolean(),
  verified_at: optional(time),
  metadata: freeObject,
  preferred_contact_method: optional(contactMethod),
})
export type Address = Static<typeof address>

const facts = {
  ...schemas,
  business_metadata: freeObject,
  metadata: freeObject,
  payload: freeObject,
  created_at: time,
  updated_at: time,
  status_updated_at: time,
  id: uuid,
  status: userStatus,
  tenant_id: entityId,
  user_pool_id: entityId,
}

export const user = exactly({
  ...facts,
  credentials: Type.Array(credential),
  identifiers: Type.Array(identifier),
  verifiable_addresses: Type.Array(address),
})
export type User = Static<typeof user>

export const listedUser = exactly({
  ...facts,
  addresses: Type.Array(exactly({ address: Type.String(), verified: Type.Boolean() })),
  identifiers: Type.Array(Type.String()),
  identifiers_with_details: Type.Array(exactly({ type: identifierType, value: Type.String() })),
  'verified addresses': Type.Array(Type.String()),
})
export type ListedUser = Static<typeof listedUser>

/** What became of one line of an import. */
export const importVerdict = exactly({
  /** Of the whole file, from 1. */
  line: Type.Integer({ minimum: 1 }),
  status: Type.Enum(['created', 'refused']),
  /** Of the user who was created. */
  id: optional(uuid),
  /** Why nobody was created. */
  reason: optional(
    Type.Enum([
      'malformed',
      'too_long',
      'invalid',
      'password_in_clear',
      'hash_unusable',
      'identifier_taken',
      'id_taken',
      'duplicate',
    ]),
  ),
  detail: optional(Type.String()),
  /** With `duplicate`: the line that came first. */
  same_as_line: optional(Type.Integer({ minimum: 1 })),
  /** An earlier request with the same key has done this line. */
  done_before: optional(Type.Literal(true)),
})
export type ImportVerdict = Static<typeof importVerdict>

/** What the `query` parameter holds as JSON; all of it must match. */
export const userFilter = exactly({
  user_key: optional(Type.String({ minLength: 1, maxLength: 300 })),
  payload: optional(freeObject),
  metadata: optional(freeObject),
})

const common = { surface: 'identity', scope: 'identity' } as const
const inPool = { path: '/system/pools/{ipID}/users', params: exactly({ ipID: text }) }
const byId = {
  path: '/system/pools/{ipID}/users/{userID}',
  params: exactly({ ipID: text, userID: text }),
  query: exactly({}),
}

export const systemListUsers = operation({
  ...common,
  ...inPool,
  operationId: 'systemListUsers',
  method: 'GET',
  query: exactly({
    after_user_id: optional(uuid),
    before_user_id: optional(uuid),
    query: optional(Type.String({ maxLength: 4000 })),
    sort: optional(Type.Enum(['id'])),
    ...paging,
  }),
  body: noBody,
  status: 200,
  answer: exactly({ users: Type.Array(listedUser) }),
  refusals: [404, 422, 429],
})

export const systemCreateUser = operation({
  ...common,
  ...inPool,
  operationId: 'systemCreateUser',
  method: 'POST',
  query: exactly({}),
  body: newUser,
  status: 201,
  answer: user,
  refusals: [404, 409, 412, 422, 429],
})

// Divergence D-75
/** Many users at once, a line each. The header `Idempotency-Key` names the file: a line is done once, however often it comes. */
export const importUsers = operation({
  ...common,
  operationId: 'importUsers',
  isOurs: true,
  isLines: true,
  method: 'POST',
  path: '/system/pools/{ipID}/users/import',
  params: exactly({ ipID: text }),
  /** How many lines of the file come before the first one of the body. */
  query: exactly({ offset: optional(Type.Integer({ minimum: 0, maximum: 100_000_000 })) }),
  body: newUser,
  status: 200,
  answer: importVerdict,
  refusals: [404, 422, 429],
})

export const systemGetUser = operation({
  ...common,
  ...byId,
  operationId: 'systemGetUser',
  method: 'GET',
  body: noBody,
  status: 200,
  answer: user,
  refusals: [404, 412, 429],
})

export const systemUpdateUser = operation({
  ...common,
  ...byId,
  operationId: 'systemUpdateUser',
  method: 'PUT',
  body: userChange,
  status: 200,
  answer: user,
  refusals: [404, 409, 412, 422, 429],
})

export const systemDeleteUser = operation({
  ...common,
  ...byId,
  operationId: 'systemDeleteUser',
  method: 'DELETE',
  body: noBody,
  status: 204,
  answer: noBody,
  refusals: [404, 412, 429],
})

export const systemGetUserByKey = operation({
  ...common,
  operationId: 'systemGetUserByKey',
  method: 'POST',
  path: '/system/pools/{ipID}/users/by_key',
  params: exactly({ ipID: text }),
  query: exactly({}),
  /** One of the two. */
  body: exactly({ address: optional(text), identifier: optional(text) }),
  status: 200,
  answer: user,
  refusals: [404, 412, 422, 429],
})
