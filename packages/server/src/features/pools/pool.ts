import type { OrganizationId } from '../tenancy/index.ts'

export type PoolId = string & { readonly brand: 'PoolId' }
/** Made where an id enters: from a row, or from a route after its pattern was checked. */
export const poolId = (text: string): PoolId => text as PoolId

/** The vendor's password policy words are kept where they mean something here; composition counts are accepted and not enforced. */
export interface PoolPolicy {
  /** Least characters where the password is the only factor. */
  readonly minLength?: number
  /** How many earlier passwords may not come back. */
  readonly history?: number
}

/** The set of users of one organization and kind. */
export interface Pool {
  readonly poolId: PoolId
  readonly tenantId: string
  readonly workspaceId: string
  readonly organizationId: OrganizationId
  readonly name: string
  readonly description: string
  readonly policy: PoolPolicy
  /** Fields of the vendor's pool object that we keep and give back but do not act on. */
  readonly wire: Readonly<Record<string, unknown>>
  readonly revision: number
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** The schemas that people put into the pool are held to, by what is held. */
export function schemasOf({ wire }: Pick<Pool, 'wire'>) {
  const named = (field: string): string | undefined => {
    const id = wire[field]
    return typeof id === 'string' ? id : undefined
  }
  return {
    payload: named('payload_schema_id'),
    metadata: named('metadata_schema_id'),
    businessMetadata: named('business_metadata_schema_id'),
  }
}
