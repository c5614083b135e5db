import type { PoolId } from '../pools/index.ts'
import type { OrganizationId } from '../tenancy/index.ts'

/** A named set of users of one pool. */
export interface Group {
  readonly organizationId: OrganizationId
  readonly poolId: PoolId
  readonly groupId: string
  /** The group that it lies in. */
  readonly parentId: string | undefined
  readonly name: string
  readonly description: string
  readonly revision: number
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** How deep groups may lie in one another. */
export const mostLevels = 16
