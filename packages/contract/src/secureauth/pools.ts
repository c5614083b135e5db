import { Type } from 'typebox'
import type { Static } from 'typebox'
import { noBody, operation } from '../operation.ts'
import {
  duration,
  entityId,
  exactly,
  freeObject,
  mechanism,
  mechanisms,
  optional,
  paging,
  schemaId,
  text,
} from './words.ts'

const count = Type.Integer({ minimum: 0, maximum: 4096 })
const codeSettings = exactly({ length: optional(count), ttl: optional(duration) })

export const passwordPolicy = exactly({
  capital_letters: optional(count),
  digits: optional(count),
  lowercase_letters: optional(count),
  min_length: optional(count),
  /** How many earlier passwords may not come back. */
  not_used_since: optional(Type.Integer({ minimum: 0, maximum: 24 })),
  special_characters: optional(count),
  strength: optional(Type.Enum(['any', 'weak', 'fair', 'strong', 'very_strong'])),
})

// Divergence D-10
/** Kept and given back as they came; of the policy, `min_length` and `not_used_since` act. */
const kept = {
  authentication_mechanisms: optional(mechanisms),
  badge_color: optional(Type.String({ maxLength: 40 })),
  business_metadata_schema_id: optional(schemaId),
  identifier_case_insensitive: optional(Type.Boolean()),
  metadata: optional(freeObject),
  metadata_schema_id: optional(schemaId),
  mfa_session_ttl: optional(duration),
  otp_settings: optional(
    exactly({
      activation: optional(codeSettings),
      authentication: optional(codeSettings),
      challenge: optional(codeSettings),
      enroll_webauthn: optional(codeSettings),
      reset_password: optional(codeSettings),
      reset_totp: optional(codeSettings),
      verify_address: optional(codeSettings),
    }),
  ),
  password_policy: optional(passwordPolicy),
  password_settings: optional(
    exactly({
      expires_after: optional(duration),
      hashing_method: optional(Type.Enum(['bcrypt', 'pbkdf2', 'argon2', 'sha'])),
    }),
  ),
  payload_schema_id: optional(schemaId),
  preferred_authentication_mechanism: optional(mechanism),
  public_registration_allowed: optional(Type.Boolean()),
  reset_credentials_settings: optional(
    exactly({ do_not_allow_users_to_self_reset_credentials: optional(Type.Boolean()) }),
  ),
  second_factor_authentication_mechanisms: optional(mechanisms),
  second_factor_preferred_authentication_mechanism: optional(mechanism),
  second_factor_threshold: optional(Type.Number()),
}

const name = Type.String({ minLength: 1, maxLength: 200 })
const description = Type.String({ maxLength: 2000 })

/** For creating and for changing a pool: the vendor has one object for both. */
export const poolInput = exactly({
  ...kept,
  id: optional(entityId),
  name,
  description: optional(description),
  // Divergence D-11
  /** Must be the tenant of the address where it is given. */
  tenant_id: optional(entityId),
  /** A workspace or an organization. */
  workspace_id: optional(entityId),
  // Divergence D-10
  /** Accepted and ignored: neither is for callers to set. */
  deleted: optional(Type.Boolean()),
  system: optional(Type.Boolean()),
})
export type PoolInput = Static<typeof poolInput>

export const pool = exactly({
  ...kept,
  id: entityId,
  name,
  description,
  tenant_id: entityId,
  workspace_id: entityId,
  deleted: Type.Boolean(),
  system: Type.Boolean(),
  /** In the answer about one pool only. */
  number_of_users: optional(Type.Integer()),
})
export type Pool = Static<typeof pool>

const common = { surface: 'identity', scope: 'identity' } as const
const byId = { path: '/system/pools/{ipID}', params: exactly({ ipID: text }) }

const poolsQuery = exactly({
  search_phrase: optional(text),
  after_pool_id: optional(text),
  before_pool_id: optional(text),
  // Divergence D-13
  sort: optional(Type.Enum(['id'])),
  ...paging,
})
const pools = exactly({ pools: Type.Array(pool) })

export const systemListPools = operation({
  ...common,
  operationId: 'systemListPools',
  method: 'GET',
  path: '/system/pools',
  params: exactly({}),
  query: poolsQuery,
  body: noBody,
  status: 200,
  answer: pools,
  refusals: [429],
})

export const listWorkspacePools = operation({
  ...common,
  operationId: 'listWorkspacePools',
  method: 'GET',
  path: '/system/workspace/{wid}/pools',
  params: exactly({ wid: text }),
  query: poolsQuery,
  body: noBody,
  status: 200,
  answer: pools,
  refusals: [429],
})

export const systemCreatePool = operation({
  ...common,
  operationId: 'systemCreatePool',
  method: 'POST',
  path: '/system/pools',
  params: exactly({}),
  query: exactly({}),
  body: poolInput,
  status: 201,
  answer: pool,
  refusals: [404, 409, 422, 429],
})

export const systemGetPool = operation({
  ...common,
  ...byId,
  operationId: 'systemGetPool',
  method: 'GET',
  query: exactly({}),
  body: noBody,
  status: 200,
  answer: pool,
  refusals: [404, 412, 429],
})

export const systemUpdatePool = operation({
  ...common,
  ...byId,
  operationId: 'systemUpdatePool',
  method: 'PUT',
  query: exactly({}),
  body: poolInput,
  status: 200,
  answer: pool,
  refusals: [404, 409, 412, 422, 429],
})

export const systemDeletePool = operation({
  ...common,
  ...byId,
  operationId: 'systemDeletePool',
  method: 'DELETE',
  query: exactly({ with_idp: optional(Type.Boolean()) }),
  body: noBody,
  status: 204,
  answer: noBody,
  refusals: [404, 409, 412, 429],
})
