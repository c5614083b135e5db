import { Type } from 'typebox'
import type { TProperties, TSchema } from 'typebox'

/** An object that may hold what is named and nothing else. Divergence D-04: the description says nothing of other fields. */
export const exactly = <const P extends TProperties>(properties: P) =>
  Type.Object(properties, { additionalProperties: false })

export const optional = <S extends TSchema>(schema: S) => Type.Optional(schema)

/** Longer texts are refused; ids and names are far shorter. */
const line = { maxLength: 300 }
export const text = Type.String(line)
export const word = Type.String({ minLength: 1, maxLength: 100 })
/** Typed by a person or made by a machine; the policy judges it, this only bounds the work. */
export const secretText = Type.String({ minLength: 1, maxLength: 4096 })
/** A one-time code as somebody sends it, in its short or its long form. */
export const shownCode = Type.String({ minLength: 1, maxLength: 300 })
export const time = Type.String({ format: 'date-time' })
/** `15m0s`, `2160h`: kept as written. */
export const duration = Type.String({ pattern: '^([0-9]+(\\.[0-9]+)?(ns|us|µs|ms|s|m|h))+$|^0$', maxLength: 40 })
export const uuid = Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' })
/** Values that the API keeps for its callers and does not read. */
export const freeObject = Type.Record(Type.String({ maxLength: 100 }), Type.Unknown())
/**
 * Workspaces, organizations and pools. Stands in paths and issuers, so only what needs no escaping there.
 */
export const entityId = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._~-]{0,63}$' })
export const schemaId = word

export const userStatus = Type.Enum(['active', 'inactive', 'deleted', 'new'])
export const passwordState = Type.Enum(['valid', 'must_be_reset', 'must_be_changed'])
export const identifierType = Type.Enum(['email', 'mobile', 'uid', 'external', 'federated'])
export const addressType = Type.Enum(['email', 'mobile'])
export const addressStatus = Type.Enum(['active', 'inactive'])
export const contactMethod = Type.Enum(['sms', 'voice'])
export const credentialType = Type.Enum(['password', 'webauthn', 'totp'])
export const mechanism = Type.Enum(['totp', 'password', 'otp', 'email_otp', 'sms_otp', 'webauthn'])
export const mechanisms = Type.Array(mechanism, { maxItems: 6 })

/** How many, and in which direction. `sort` names the one order there is. */
export const paging = {
  limit: optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 })),
  order: optional(Type.Enum(['asc', 'desc'])),
}
