import { Type } from 'typebox'
import type { Static } from 'typebox'
import { noBody, operation } from '../operation.ts'
import { address, identifier, newIdentifier } from './users.ts'
import { addressStatus, addressType, contactMethod, exactly, freeObject, optional, text } from './words.ts'

/** Identifiers and addresses of one person. The entity tag is the person's: a change of these is a change of them. */
const common = { surface: 'identity', scope: 'identity', method: 'POST' } as const
const byUser = { params: exactly({ ipID: text, userID: text }), query: exactly({}) }
const ofUser = '/system/pools/{ipID}/users/{userID}'

export const addedAddress = exactly({
  address: text,
  type: addressType,
  verified: Type.Boolean(),
  status: optional(addressStatus),
  metadata: optional(freeObject),
  preferred_contact_method: optional(contactMethod),
})
export type AddedAddress = Static<typeof addedAddress>

export const systemAddIdentifier = operation({
  ...common,
  ...byUser,
  operationId: 'systemAddIdentifier',
  path: `${ofUser}/identifiers/add`,
  body: newIdentifier,
  status: 200,
  answer: identifier,
  refusals: [404, 409, 412, 422],
})

export const systemDeleteIdentifier = operation({
  ...common,
  ...byUser,
  operationId: 'systemDeleteIdentifier',
  path: `${ofUser}/identifiers/remove`,
  body: exactly({ identifier: text }),
  status: 204,
  answer: noBody,
  refusals: [404, 412, 429],
})

export const systemAddVerifiableAddress = operation({
  ...common,
  ...byUser,
  operationId: 'systemAddVerifiableAddress',
  path: `${ofUser}/addresses/add`,
  body: addedAddress,
  status: 200,
  answer: address,
  refusals: [404, 409, 412, 422],
})

export const systemUpdateVerifiableAddress = operation({
  ...common,
  ...byUser,
  operationId: 'systemUpdateVerifiableAddress',
  path: `${ofUser}/addresses/update`,
  body: exactly({
    address: text,
    status: addressStatus,
    verified: Type.Boolean(),
    /** Absent: stays. */
    metadata: optional(freeObject),
    preferred_contact_method: optional(contactMethod),
  }),
  status: 200,
  answer: address,
  refusals: [404, 409, 412, 422],
})

export const systemDeleteVerifiableAddress = operation({
  ...common,
  ...byUser,
  operationId: 'systemDeleteVerifiableAddress',
  path: `${ofUser}/addresses/remove`,
  body: exactly({ address: text }),
  status: 204,
  answer: noBody,
  refusals: [404, 412, 429],
})
