import type { RequestFacts } from '../audit/index.ts'
import type { WebAuthnKey } from '../../protocol/webauthn/key.ts'
import type { PasswordState, PasswordSummary, TotpSummary, WebAuthnKeySummary } from '../credentials/index.ts'
import type { Pool, PoolId } from '../pools/index.ts'
import type { Organization } from '../tenancy/index.ts'
import type {
  Address,
  ContactMethod,
  Identifier,
  IdentifierType,
  User,
  UserId,
  UserSchemas,
  UserStatus,
} from '../users/index.ts'

/** Who asks for a change, and what their token allows. */
export interface Caller {
  readonly tenantId: string
  /** `manage_configuration` for organizations, `identity` for pools, people and passwords. */
  readonly scopes: ReadonlySet<string>
  readonly clientId: string
  /** A person who acts for themselves; their session stays when others end. */
  readonly person?: { readonly userId: UserId; readonly sessionUid: string } | undefined
  /** Written into every event of the call. */
  readonly facts: RequestFacts
}

/** A page of a list in the order of ids. With `beforeId` alone: the nearest ones before it. */
export interface Page {
  readonly afterId?: string | undefined
  readonly beforeId?: string | undefined
  readonly descending: boolean
  /** 1 to 100. */
  readonly limit: number
}

/** The revisions the caller has seen; absent: whatever there is. */
export type Expected = readonly number[] | undefined

export interface OrganizationFilter extends Page {
  /** Part of an id or a name, in any letter case. */
  readonly searchPhrase?: string | undefined
  readonly isTemplate?: boolean | undefined
  /** The workspace that they belong to. */
  readonly workspaceId?: string | undefined
}

export interface OrganizationInput {
  readonly name?: string | undefined
  readonly description?: string | undefined
  readonly domains?: readonly string[] | undefined
  /** Top-level keys take the place of stored ones; keys that are not named stay. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
  readonly isTemplate?: boolean | undefined
}

export interface NewOrganizationInput extends OrganizationInput {
  /** Absent: a random one. */
  readonly organizationId?: string | undefined
  /** Absent: the tenant's only customer workspace. */
  readonly parentId?: string | undefined
  readonly templateId?: string | undefined
}

export interface PoolFilter extends Page {
  readonly searchPhrase?: string | undefined
  /** A workspace or an organization: its own pools, not those of organizations below it. */
  readonly parentId?: string | undefined
}

export interface PoolInput {
  readonly name?: string | undefined
  readonly description?: string | undefined
  readonly policy?: Pool['policy'] | undefined
  /** Top-level keys take the place of stored ones; keys that are not named stay. */
  readonly wire?: Readonly<Record<string, unknown>> | undefined
}

export interface NewPoolInput extends PoolInput {
  readonly poolId?: string | undefined
  readonly parentId: string
  readonly name: string
}

export interface PoolDetails {
  readonly pool: ManagedPool
  readonly users: number
}

export interface UserFilter extends Page {
  /** The beginning or the end of an identifier or verified address, or an id. */
  readonly userKey?: string | undefined
  readonly payload?: Readonly<Record<string, unknown>> | undefined
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
}

export interface NewIdentifierInput {
  readonly type: IdentifierType
  readonly identifier: string
  readonly metadata: Readonly<Record<string, unknown>>
}

export interface NewAddressInput {
  readonly type: Address['type']
  readonly address: string
  readonly status: Address['status']
  readonly isVerified: boolean
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
  readonly preferredContactMethod?: ContactMethod | undefined
}

/** A password to begin with: in clear, or as our stored form (`protocol/password-hash`) when another system hashed it. */
export type FirstPassword = { readonly state: PasswordState } & (
  | { readonly kind: 'plain'; readonly password: string }
  | { readonly kind: 'hashed'; readonly verifier: string }
)

export interface NewUserInput {
  readonly userId?: UserId | undefined
  readonly status: UserStatus
  readonly payload: Readonly<Record<string, unknown>>
  readonly metadata: Readonly<Record<string, unknown>>
  readonly businessMetadata: Readonly<Record<string, unknown>>
  /** Those not named are the pool's. */
  readonly schemaIds?: UserSchemas | undefined
  readonly identifiers: readonly NewIdentifierInput[]
  readonly addresses: readonly NewAddressInput[]
  readonly password?: FirstPassword | undefined
  /** Base32, as an authenticator is given it. */
  readonly totpSecret?: string | undefined
  /** Keys that another system registered; none of another user. */
  readonly webAuthnKeys?: readonly WebAuthnKey[] | undefined
  /** The same person in a legacy store. Absent: whom the directory knows by this username in this organization, if anybody. */
  readonly legacy?: { readonly storeId: string; readonly legacyId: string } | undefined
}

/** What is absent stays; what is given takes the place of the whole field. */
export interface UserInput {
  readonly status?: UserStatus | undefined
  readonly payload?: Readonly<Record<string, unknown>> | undefined
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
  readonly businessMetadata?: Readonly<Record<string, unknown>> | undefined
  /** Those not named stay. */
  readonly schemaIds?: UserSchemas | undefined
}

/** What every home can tell of an organization. */
export type ManagedOrganization = Pick<
  Organization,
  | 'description'
  | 'domains'
  | 'isTemplate'
  | 'metadata'
  | 'name'
  | 'organizationId'
  | 'revision'
  | 'tenantId'
  | 'workspaceId'
>
export type ListedOrganization = Omit<ManagedOrganization, 'revision'>

/** What every home can tell of a pool. `organizationId` is that of the workspace where the pool is a workspace's own. */
export type ManagedPool = Pick<
  Pool,
  'description' | 'name' | 'organizationId' | 'policy' | 'poolId' | 'revision' | 'tenantId' | 'wire'
>
export type ListedPool = Omit<ManagedPool, 'revision'>

/** What every home can tell of a person. */
export type ManagedUser = Pick<
  User,
  | 'businessMetadata'
  | 'createdAt'
  | 'metadata'
  | 'payload'
  | 'poolId'
  | 'revision'
  | 'schemaIds'
  | 'status'
  | 'statusUpdatedAt'
  | 'tenantId'
  | 'updatedAt'
  | 'userId'
>

/** A person with what belongs to them; of their credentials only what may be shown. */
export interface UserDetails {
  readonly user: ManagedUser
  readonly identifiers: readonly Identifier[]
  readonly addresses: readonly Address[]
  readonly password: Pick<PasswordSummary, 'createdAt' | 'credentialId' | 'state' | 'updatedAt'> | undefined
  readonly totp: TotpSummary | undefined
  readonly webAuthnKeys: readonly WebAuthnKeySummary[]
}

/** A person in a list: their credentials are not looked up, and of what belongs to them only the names. */
export interface ListedUser {
  readonly user: Omit<ManagedUser, 'revision'>
  readonly identifiers: readonly Pick<Identifier, 'identifier' | 'type'>[]
  readonly addresses: readonly Pick<Address, 'address' | 'isVerified'>[]
}

/** How a caller names a person. An address counts only where it is verified. */
export type UserKey =
  | { readonly kind: 'id'; readonly userId: string }
  | { readonly kind: 'identifier'; readonly identifier: string }
  | { readonly kind: 'address'; readonly address: string }

export type PasswordVerdict =
  | { readonly kind: 'correct'; readonly userId: UserId; readonly state: PasswordState }
  /** Right, but too old to be used. */
  | { readonly kind: 'expired'; readonly userId: UserId; readonly state: PasswordState }
  /** Wrong, or right for somebody who may not sign in. */
  | { readonly kind: 'incorrect'; readonly userId: UserId; readonly state: PasswordState }
  | { readonly kind: 'not_set'; readonly userId: UserId }
  | { readonly kind: 'unknown_user' }

export interface ResetRequest {
  /** Where the code is to go. Must be an address of the person; without `who`, a verified one. */
  readonly address: string
  readonly who?: UserKey | undefined
  readonly form: 'link' | 'code'
}

export interface ResetProof {
  /** Digits, or the longer code of a link, which needs no `who`. */
  readonly code: string
  readonly who?: UserKey | undefined
  readonly newPassword: string
}

/**
 * People and organizations, wherever they are kept. Every operation throws `caller.forbidden` when the caller lacks the
 * scope, and answers "not yours" as "not there". `expected` that does not match throws `request.conflict`.
 */
export interface IdentityBackend {
  /** Without those the caller may not see: here, other tenants'. */
  listOrganizations(caller: Caller, filter: OrganizationFilter): Promise<readonly ListedOrganization[]>

  /**
   * @throws Problem `workspace.not_found` for an unknown parent, `organization.id_taken` (also when a workspace has the
   * id), `request.invalid` without a parent to choose, for an unknown template or a domain that is none
   */
  createOrganization(caller: Caller, input: NewOrganizationInput): Promise<ManagedOrganization>

  /** @throws Problem `organization.not_found` */
  getOrganization(caller: Caller, id: string): Promise<ManagedOrganization>

  /** @throws Problem `organization.not_found`, `request.conflict`, `request.invalid` */
  updateOrganization(
    caller: Caller,
    id: string,
    input: OrganizationInput,
    expected: Expected,
  ): Promise<ManagedOrganization>

  /** Deletes one that holds nothing. @throws Problem `organization.not_found`, `organization.not_empty`, `request.conflict` */
  deleteOrganization(caller: Caller, id: string, expected: Expected): Promise<void>

  listPools(caller: Caller, filter: PoolFilter): Promise<readonly ListedPool[]>

  /** @throws Problem `workspace.not_found` for an unknown parent, `pool.id_taken`, `request.invalid` for a schema that is none */
  createPool(caller: Caller, input: NewPoolInput): Promise<ManagedPool>

  /** @throws Problem `pool.not_found` */
  getPool(caller: Caller, pool: PoolId): Promise<PoolDetails>

  /** What people there have is not judged again. @throws Problem `pool.not_found`, `request.conflict`, `request.invalid` as `createPool` */
  updatePool(caller: Caller, pool: PoolId, input: PoolInput, expected: Expected): Promise<ManagedPool>

  /** Deletes one without users. @throws Problem `pool.not_found`, `pool.not_empty`, `request.conflict` */
  deletePool(caller: Caller, pool: PoolId, expected: Expected): Promise<void>

  /** Without credentials. @throws Problem `pool.not_found` */
  listUsers(caller: Caller, pool: PoolId, filter: UserFilter): Promise<readonly ListedUser[]>

  /**
   * Writes a person with identifiers, addresses and password, and claims their username; all of it or nothing.
   *
   * @throws Problem `pool.not_found`, `user.id_taken` (also for an id that a deleted user had, and for a legacy person who
   * has a user already), `user.identifier_taken`, `password.refused`, `request.invalid` for a name or address that is none, for a schema that is
   * none and for data that does not meet its schema
   */
  createUser(caller: Caller, pool: PoolId, input: NewUserInput): Promise<UserDetails>

  /** @throws Problem `pool.not_found`, `user.not_found` */
  getUser(caller: Caller, pool: PoolId, id: UserId): Promise<UserDetails>

  /** An address that several people share names nobody. @throws Problem `pool.not_found`, `user.not_found` */
  getUserByKey(caller: Caller, pool: PoolId, key: UserKey): Promise<UserDetails>

  /**
   * Any status but `active` ends every session of the user, in the same transaction. Twice is as good as once.
   *
   * @throws Problem `pool.not_found`, `user.not_found`, `request.conflict`, `request.invalid` for a schema that is none and
   * for data that does not meet its schema
   */
  updateUser(caller: Caller, pool: PoolId, id: UserId, input: UserInput, expected: Expected): Promise<UserDetails>

  /** Sessions end, the username is free again, the id is never used again. @throws Problem as `getUser`, `request.conflict` */
  deleteUser(caller: Caller, pool: PoolId, id: UserId, expected: Expected): Promise<void>

  /**
   * Counts against the same limit as every other door that takes a password.
   *
   * @throws Problem `pool.not_found`, `request.throttled`, `server.busy`
   */
  verifyPassword(caller: Caller, pool: PoolId, who: UserKey, password: string): Promise<PasswordVerdict>

  /** Ends every session. @throws Problem `pool.not_found`, `user.not_found`, `password.not_set` */
  setPasswordState(caller: Caller, pool: PoolId, id: UserId, state: PasswordState): Promise<void>

  /**
   * For a user who knows the old password. Ends every session.
   *
   * @throws Problem `pool.not_found`, `user.not_found`, `password.incorrect` (also where the old one may not be used any
   * more), `password.not_set`, `password.refused`, `request.throttled`, `request.conflict` when it was changed meanwhile
   */
  changePassword(caller: Caller, pool: PoolId, id: UserId, oldPassword: string, newPassword: string): Promise<void>

  /**
   * Gives the authenticator another secret, for a user who shows a code of the present one. A code works once.
   *
   * @throws Problem `pool.not_found`, `user.not_found`, `totp.not_set`, `totp.incorrect` (also for somebody who may not sign
   * in), `request.invalid` for a secret that is none, `request.throttled`
   */
  changeTotpSecret(caller: Caller, pool: PoolId, id: UserId, code: string, newSecret: string): Promise<void>

  /**
   * Sends a code to everybody it concerns; says nothing about whether that is anybody. A new code ends the one before.
   *
   * @throws Problem `pool.not_found`
   */
  requestPasswordReset(caller: Caller, pool: PoolId, request: ResetRequest): Promise<void>

  /**
   * Sets a password for whoever has the code; a code works once. Ends every session.
   *
   * @throws Problem `pool.not_found`, `code.refused` whatever was wrong with the proof, `password.refused` (the code stays
   * good for another try), `request.throttled`
   */
  resetPassword(caller: Caller, pool: PoolId, proof: ResetProof): Promise<void>
}
