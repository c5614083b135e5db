import type { OrganizationId } from '../tenancy/index.ts'

export type Mode = 'legacy' | 'concurrent' | 'new'

/** An organization as the billing company's CRM sees it. */
export interface Biller {
  readonly tenantId: string
  readonly organizationId: OrganizationId
  /** Stands in the biller's custom URL and in its tokens; not a secret, but not guessable. */
  readonly billerGuid: string
  /** Where its passwords lived before, and what that store calls it. Absent: it never had a legacy login. */
  readonly legacyStoreId: string | undefined
  readonly legacyBillerKey: string | undefined
  readonly mode: Mode
  /** Raised by every mode change; work begun in an older epoch starts over. */
  readonly epoch: number
  readonly isCustomUrlEnabled: boolean
  readonly createdAt: Date
  readonly updatedAt: Date
}
