import { errors, interactionPolicy } from 'oidc-provider'
import type { KoaContextWithOIDC } from 'oidc-provider'
import type { Acr, OidcNeeds } from './needs.ts'
import { currentUnit } from './unit-of-work.ts'

/** What a workspace has that names none of its own, weakest first. */
export const usualAcrs: readonly Acr[] = [{ name: 'urn:gatehouse:acr:password', methods: ['pwd'] }]

/** What a person can be asked for. */
const offered: ReadonlySet<string> = new Set(['pwd'])

export interface Done {
  readonly methods: readonly string[]
  readonly agoSeconds: number
}

const isMet = (acr: Acr, done: Done): boolean =>
  acr.methods.every((method) => done.methods.includes(method)) && done.agoSeconds <= (acr.withinSeconds ?? Infinity)

/**
 * What a token says: the first strength that was asked for and is met, or else the strongest that is.
 *
 * @param acrs weakest first
 */
export function acrOf(acrs: readonly Acr[], asked: readonly string[], done: Done): string | undefined {
  const met = acrs.filter((acr) => isMet(acr, done)).map(({ name }) => name)
  return asked.find((name) => met.includes(name)) ?? met.at(-1)
}

/**
 * Asks the person again when none of the strengths that the application names is met. One that cannot be reached at all is
 * refused before anybody is asked for anything.
 *
 * @see OpenID Connect Core §3.1.2.1 (`acr_values`), RFC 9470 §4, OpenID Connect Core Error Code unmet_authentication_requirements 1.0
 */
export function stepUpCheck(needs: OidcNeeds) {
  return new interactionPolicy.Check('acr_values', 'A stronger sign-in is asked for', 'login_required', async (ctx) => {
    const { session, params, result } = ctx.oidc
    const { acrs, isProvedElsewhere } = currentUnit().issuer
    const asked = typeof params?.['acr_values'] === 'string' ? params['acr_values'].split(' ').filter(Boolean) : []
    const done = doneIn(session, needs.nowSeconds())
    const acr = done && acrOf(acrs, asked, done)
    if (asked.length === 0 || (acr !== undefined && asked.includes(acr))) {
      keepAcr(session, acr)
      return false
    }
    const canBeMet = acrs.some(
      ({ name, methods }) =>
        asked.includes(name) && (isProvedElsewhere === true || methods.every((one) => offered.has(one))),
    )
    // Whoever has just proved themselves would be asked for ever.
    if (!canBeMet || result?.login !== undefined) {
      throw new errors.CustomOIDCProviderError(
        'unmet_authentication_requirements',
        'none of the requested strengths of sign-in can be met',
      )
    }
    return true
  })
}

type Session = KoaContextWithOIDC['oidc']['session']

function doneIn(session: Session, nowSeconds: number): Done | undefined {
  if (session?.accountId === undefined || session.loginTs === undefined) return undefined
  return { methods: session.amr ?? [], agoSeconds: nowSeconds - session.loginTs }
}

/** The engine gives tokens the session's; setting it writes the session, so only what is new is set. */
function keepAcr(session: Session, acr: string | undefined): void {
  if (session?.accountId !== undefined && acr !== undefined && session.acr !== acr) session.acr = acr
}
