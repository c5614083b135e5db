import { interactionPolicy } from 'oidc-provider'
import type { KoaContextWithOIDC } from 'oidc-provider'
import type { OidcNeeds } from './needs.ts'
import { stepUpCheck } from './step-up.ts'
import { currentUnit } from './unit-of-work.ts'

/** When a person must prove who they are again, beyond what the standard says. First-party clients ask no consent. */
export function loginPolicy(needs: OidcNeeds) {
  const policy = interactionPolicy.base()
  const login = policy.get('login')
  if (!login) throw new Error('the engine has no login prompt')
  login.checks.add(stepUpCheck(needs))
  login.checks.add(
    new interactionPolicy.Check('account_ended', 'The session has ended', 'login_required', async (ctx) => {
      if (ctx.oidc.result?.login !== undefined) return false
      return ctx.oidc.session?.accountId !== undefined && ctx.oidc.account === undefined
    }),
  )
  login.checks.add(
    new interactionPolicy.Check(
      'other_organization',
      'The session belongs to another organization',
      'login_required',
      async (ctx) => {
        if (ctx.oidc.result?.login !== undefined) return false
        const wanted = await wantedOrganization(needs, ctx)
        const subject = ctx.oidc.session?.accountId
        if (wanted === undefined || subject === undefined || ctx.oidc.account === undefined) return false
        return (await currentUnit().findAccount(subject, undefined))?.organizationId !== wanted
      },
    ),
  )
  return policy
}

/** The organization that the issuer or the `organization` parameter fixes, if it is one of this issuer. */
export async function wantedOrganization(needs: OidcNeeds, ctx: KoaContextWithOIDC): Promise<string | undefined> {
  const { issuer } = currentUnit()
  if (issuer.organizationId !== undefined) return issuer.organizationId
  const asked = ctx.oidc.params?.['organization']
  if (typeof asked !== 'string' || asked === '') return undefined
  return (await needs.isOrganizationOf(issuer, asked)) ? asked : undefined
}
