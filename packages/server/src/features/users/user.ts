import type { PoolId } from '../pools/index.ts'
import type { OrganizationId } from '../tenancy/index.ts'

export type UserId = string & { readonly brand: 'UserId' }
/** Made where an id enters: from a row, or from a route after its pattern was checked. */
export const userId = (text: string): UserId => text as UserId

export type UserStatus = 'new' | 'active' | 'inactive' | 'deleted'
export type IdentifierType = 'uid' | 'email' | 'mobile' | 'external' | 'federated'

/** A person in a pool. The id is the `sub` of their tokens and never changes. */
export interface User {
  readonly organizationId: OrganizationId
  readonly userId: UserId
  readonly tenantId: string
  readonly poolId: PoolId
  readonly status: UserStatus
  readonly payload: Readonly<Record<string, unknown>>
  readonly metadata: Readonly<Record<string, unknown>>
  readonly businessMetadata: Readonly<Record<string, unknown>>
  /** What the data must meet. Absent: anything. */
  readonly schemaIds?: UserSchemas | undefined
  /** The same person in the legacy store, where there is one. */
  readonly legacyStoreId: string | undefined
  readonly legacyId: string | undefined
  /** Raised when every session of the user must end; sessions remember the one they began in. */
  readonly sessionEpoch: number
  readonly revision: number
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly statusUpdatedAt: Date
}

/** Ids of the schemas that a person's data is held to. */
export interface UserSchemas {
  readonly payload?: string | undefined
  readonly metadata?: string | undefined
  readonly businessMetadata?: string | undefined
}

/** Who may sign in. `new` is somebody who has not finished their activation. */
export const maySignIn = (user: Pick<User, 'status'>): boolean => user.status === 'active'

/** What a user types to say who they are; a username is of type `uid`. */
export interface Identifier {
  readonly identifierId: string
  readonly type: IdentifierType
  readonly identifier: string
  readonly canonical: string
  readonly metadata: Readonly<Record<string, unknown>>
  readonly createdAt: Date
  readonly updatedAt: Date
}

export type ContactMethod = 'sms' | 'voice'

/** An e-mail or phone number that messages can be sent to. */
export interface Address {
  readonly addressId: string
  readonly type: 'email' | 'mobile'
  readonly address: string
  readonly canonical: string
  readonly status: 'active' | 'inactive'
  readonly isVerified: boolean
  readonly verifiedAt: Date | undefined
  /** What applications say about it; not read here. */
  readonly metadata: Readonly<Record<string, unknown>>
  /** How its owner prefers to be called on it. */
  readonly preferredContactMethod: ContactMethod | undefined
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** How an address is compared: Unicode form C, lower case. The local part is folded too; no provider in use tells them apart. */
export const canonicalAddress = (address: string): string => address.trim().normalize('NFC').toLowerCase()
