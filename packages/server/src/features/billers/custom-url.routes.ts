import type { Db } from '../../platform/db/index.ts'
import { Problem } from '../../problem/index.ts'
import type { BrowserScope } from '../../surfaces/browser/index.ts'
import { findBillerByGuid } from './billers.store.ts'
import type { Biller } from './biller.ts'

export interface CustomUrlNeeds {
  readonly db: Db
  /** Where the portal begins a sign-in, and the issuer that it is told to use. */
  portalOf(biller: Biller): Promise<{ readonly initiateLoginUri: string; readonly issuer: string } | undefined>
}

const isGuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/**
 * A biller's own address, `/b/{guid}`: no page, it asks the portal to begin a sign-in with the organization fixed.
 * Unknown, switched off and misspelt answer the same.
 *
 * @see OpenID Connect Core 1.0 §4 (initiating login from a third party)
 */
export function mountCustomUrl({ app }: BrowserScope, needs: CustomUrlNeeds): void {
  app.get<{ Params: { guid: string } }>('/b/:guid', async (request, reply) => {
    const { guid } = request.params
    const biller = isGuid.test(guid) ? await findBillerByGuid(needs.db.reader, guid.toLowerCase()) : undefined
    const portal = biller?.isCustomUrlEnabled === true ? await needs.portalOf(biller) : undefined
    if (!biller || !portal) throw new Problem('organization.not_found')
    const target = new URL(portal.initiateLoginUri)
    target.searchParams.set('iss', portal.issuer)
    target.searchParams.set('organization', biller.organizationId)
    return reply.header('cache-control', 'no-store').redirect(target.href, 303)
  })
}
