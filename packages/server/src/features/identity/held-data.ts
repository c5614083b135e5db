import type { Kept } from '../schemas/index.ts'
import type { User, UserSchemas } from '../users/index.ts'
import type { UserInput } from './identity-backend.ts'

/** What of a person is held to schemas, and by which word of the wire it is known there. */
export const heldFields = [
  ['payload', 'payload'],
  ['metadata', 'metadata'],
  ['businessMetadata', 'business_metadata'],
] as const

/** All data of a new person. */
export const heldOf = (user: User): Kept[] =>
  heldFields.map(([name, field]) => ({ field, schemaId: user.schemaIds?.[name], value: user[name] }))

/** What changes: given data, or data whose schema is given. The rest was judged when it was written. */
export const heldChanges = (input: UserInput, after: User): Kept[] =>
  heldFields.flatMap(([name, field]) =>
    input[name] === undefined && input.schemaIds?.[name] === undefined
      ? []
      : [{ field, schemaId: after.schemaIds?.[name], value: after[name] }],
  )

/** The schemas named take the place of those there are. */
export const withSchemas = (given: UserSchemas | undefined, present: UserSchemas | undefined): UserSchemas => ({
  payload: given?.payload ?? present?.payload,
  metadata: given?.metadata ?? present?.metadata,
  businessMetadata: given?.businessMetadata ?? present?.businessMetadata,
})
