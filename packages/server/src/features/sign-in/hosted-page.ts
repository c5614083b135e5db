import { importJWK, SignJWT } from 'jose'
import { hostedPageOf } from '../tenancy/index.ts'
import type { Workspace } from '../tenancy/index.ts'
import type { SignInFlow } from './flow.ts'
import type { SignInNeeds } from './needs.ts'

/** Seconds that a hint is good for: one redirect, and the hosted page's look at it. */
export const hintSeconds = 120

/**
 * The hosted page's address for the name in the flow: an authorization request with a signed `login_hint`, so that the page
 * can tell a name that came through here from one that somebody wrote into an address, and need not let it be edited.
 *
 * The hint is a JWT of a type of its own (`login-hint+jwt`), signed by the workspace's key set, for the page's issuer
 * alone and for two minutes. It has no `sub`: nothing can take it for proof that anybody signed in. What it says, and how long it is,
 * comes from what was typed and never from who exists.
 *
 * @param name as typed
 * @throws Error when the workspace sends nobody to a hosted page
 * @see OpenID Connect Core 1.0 §3.1.2.1 (`login_hint`); RFC 8725 §3.11 (explicit types)
 */
export async function hostedAddress(
  needs: Pick<SignInNeeds, 'origin' | 'clock' | 'random' | 'keysOf'>,
  workspace: Workspace,
  flow: Pick<SignInFlow, 'issuerPath' | 'flowId'>,
  name: string,
): Promise<string> {
  const page = hostedPageOf(workspace)
  if (!page) throw new Error('the workspace has no hosted page')
  const [key] = await needs.keysOf(workspace.tenantId, workspace.workspaceId)
  if (!key) throw new Error('the workspace has no signing key')
  const issuer = `${needs.origin}/${workspace.tenantId}/${workspace.workspaceId}`
  const now = needs.clock.nowSeconds()
  const hint = await new SignJWT({ username: name })
    .setProtectedHeader({ alg: key.algorithm, typ: 'login-hint+jwt', kid: key.kid })
    .setIssuer(issuer)
    .setAudience(page.issuer)
    .setIssuedAt(now)
    .setExpirationTime(now + hintSeconds)
    .setJti(needs.random.uuid())
    .sign(await importJWK(key.privateJwk, key.algorithm))
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: page.clientId,
    redirect_uri: `${issuer}/sign-in/return`,
    scope: 'openid',
    state: stateOf(flow),
    login_hint: hint,
  })
  return `${page.authorizationEndpoint}?${query.toString()}`
}

/** Names the flow; whose it is, the browser's cookie proves. */
const stateOf = ({ issuerPath, flowId }: Pick<SignInFlow, 'issuerPath' | 'flowId'>): string =>
  `${issuerPath.split('/').at(-1) ?? ''}.${flowId}`

/** The issuer's segment and the flow that a `state` names; undefined when it is none of ours. Flow ids have no dot. */
export function readState(state: unknown): { readonly segment: string; readonly flowId: string } | undefined {
  if (typeof state !== 'string') return undefined
  const at = state.lastIndexOf('.')
  return at < 1 ? undefined : { segment: state.slice(0, at), flowId: state.slice(at + 1) }
}
