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
  const consent = policy.get('consent')
  if (!consent) throw new Error('the engine has no consent prompt')
  consent.checks.remove('consent_prompt')
  consent.checks.add(
    new interactionPolicy.Check('consent_prompt', 'Consent was asked for', 'consent_required', (ctx) => {
      const { oidc } = ctx
      return !isFirstParty(oidc.client) && oidc.prompts.has('consent') && oidc.promptPending('consent')
    }),
  )
  consent.checks.remove('native_client_prompt')
  consent.checks.add(
    new interactionPolicy.Check('native_client_prompt', 'Native clients show a page', 'interaction_required', (ctx) => {
      const { client, result } = ctx.oidc
      // Another application may pretend to be it, so a person must have done something (RFC 8252 §8.6).
      return client?.applicationType === 'native' && result?.consent === undefined && result?.login === undefined
    }),
  )
  return policy
}

/** The person has just proved themselves: after the pages of consent the proof is still told, and the session is there. */
export const beginsSession = (ctx: KoaContextWithOIDC): boolean =>
  ctx.oidc.result?.login !== undefined && ctx.oidc.result.consent === undefined

/** Of the same company: it gets what it is registered for without asking the person. */
export const isFirstParty = (client: object | undefined): boolean =>
  client !== undefined &&
  (Reflect.get(client, 'gatehouseFirstParty') ?? Reflect.get(client, 'gatehouse_first_party')) === true

/** The organization that the issuer or the `organization` parameter fixes, if it is one of this issuer. */
export async function wantedOrganization(needs: OidcNeeds, ctx: KoaContextWithOIDC): Promise<string | undefined> {
  const { issuer } = currentUnit()
  if (issuer.organizationId !== undefined) return issuer.organizationId
  const asked = ctx.oidc.params?.['organization']
  if (typeof asked !== 'string' || asked === '') return undefined
  return (await needs.isOrganizationOf(issuer, asked)) ? asked : undefined
}
