import { addSeconds } from '../../platform/clock/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import { loginPageOf } from '../tenancy/index.ts'
import type { Issuer, OrganizationId } from '../tenancy/index.ts'
import type { SignInFlow } from './flow.ts'
import { insertFlow } from './flows.store.ts'
import { loginAddress } from './login-states.ts'
import type { SignInNeeds } from './needs.ts'
import { requestedLogin } from './requested-login.ts'

export interface FlowRequest {
  readonly interactionId: string
  readonly clientId: string
  readonly clientName: string
  readonly redirectUri: string | undefined
  readonly fixedOrganizationId: OrganizationId | undefined
  readonly uiLocales: string | undefined
  readonly loginHint: string | undefined
  /** The whole authorization request. */
  readonly params: Readonly<Record<string, unknown>>
}

/** As long as the protocol's interaction. */
const flowSeconds = 3600
const longestHint = 256

/**
 * A new flow, bound to the browser by a cookie that all tabs of one issuer share: two tabs are two flows and do not
 * disturb each other, another browser has none of them. Where the workspace has a login page elsewhere, the browser goes there.
 *
 * @param browserSecret the cookie's value, if the browser has one
 */
export function startFlow(
  needs: Pick<SignInNeeds, 'clock' | 'random' | 'loginStates'>,
  issuer: Issuer,
  request: FlowRequest,
  browserSecret: string | undefined,
): { readonly path: string; readonly browserSecret: string; write(tx: Tx): Promise<void> } {
  const now = needs.clock.now()
  const secret = browserSecret !== undefined && isSecret.test(browserSecret) ? browserSecret : needs.random.secret()
  const loginPage = loginPageOf(issuer.workspace)
  const flow: SignInFlow = {
    flowId: request.interactionId,
    tenantId: issuer.workspace.tenantId,
    workspaceId: issuer.workspace.workspaceId,
    issuerPath: issuer.path,
    clientId: request.clientId,
    clientName: request.clientName,
    redirectOrigin: originOf(request.redirectUri),
    fixedOrganizationId: request.fixedOrganizationId,
    uiLocales: request.uiLocales,
    loginHint: request.loginHint?.slice(0, longestHint),
    ...(loginPage === undefined
      ? {}
      : { login: { request: requestedLogin(request.params, needs.clock.nowSeconds()) } }),
    identifier: undefined,
    waitUntilSeconds: undefined,
    proof: undefined,
    recovery: undefined,
    isFinished: false,
    revision: 1,
    expiresAt: addSeconds(now, flowSeconds),
  }
  return {
    path:
      loginPage === undefined
        ? `${issuer.path}/sign-in/${request.interactionId}`
        : loginAddress(needs.loginStates, loginPage, flow),
    browserSecret: secret,
    write: (tx) => insertFlow(tx, flow, secret, now),
  }
}

const isSecret = /^[\w-]{43}$/

/** The engine has checked the redirect; a native application's own scheme has no origin that a page policy could name. */
function originOf(uri: string | undefined): string | undefined {
  const parsed = uri === undefined ? null : URL.parse(uri)
  return parsed && (parsed.protocol === 'https:' || parsed.protocol === 'http:') ? parsed.origin : undefined
}
