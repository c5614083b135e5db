import { acceptLoginRequest, getLoginRequest, rejectLoginRequest } from '@gatehouse/contract'
import { Problem } from '../../problem/index.ts'
import { durationText } from '../../protocol/duration.ts'
import type { Mount } from '../../surfaces/management/index.ts'
import { acceptLogin, findLogin, rejectLogin } from './decide-login.ts'
import type { LoginNeeds } from './decide-login.ts'

/** What the backend of an external login page asks and says. */
export function mountLogins(mount: Mount, needs: LoginNeeds): void {
  mount(getLoginRequest, async ({ caller, params, query }) => {
    const named = { tenantId: caller.tenantId, loginId: params.login, loginState: query.login_state }
    const { login, ...flow } = await findLogin(needs, needs.db.reader, named)
    const { request, decision } = login
    const server = flow.issuerPath.split('/').at(-1) ?? flow.workspaceId
    const word = decision?.word
    const accepted = word?.kind === 'accepted' ? word.proof : undefined
    return {
      body: {
        id: flow.flowId,
        tenant_id: flow.tenantId,
        server_id: server,
        client_id: flow.clientId,
        client_info: { client_name: flow.clientName },
        request_query_params: Object.fromEntries(
          Object.entries(request.query).map(([name, value]) => [name, [value]] as [string, string[]]),
        ),
        requested_acr: [...request.acrs],
        requested_at: timeOf(request.requestedAtSeconds),
        requested_audience: [...request.audiences],
        requested_grant_type: 'authorization_code',
        requested_max_age: request.maxAgeSeconds === undefined ? '' : durationText(request.maxAgeSeconds),
        requested_redirect_uri: request.redirectUri,
        requested_scopes: request.scopes.map((name) => ({
          name,
          requested_name: name,
          authorization_server_id: server,
          tenant_id: flow.tenantId,
        })),
        login_approved: accepted !== undefined,
        login_rejected: word?.kind === 'rejected',
        ...(accepted === undefined
          ? {}
          : {
              subject: accepted.userId,
              amr: [...(accepted.methods ?? [])],
              auth_time: timeOf(accepted.provedAtSeconds),
            }),
      },
    }
  })

  mount(acceptLoginRequest, async ({ caller, params, body }) => {
    const claimed = {
      subject: body.subject,
      methods: body.amr ?? [],
      acr: body.acr,
      provedAtSeconds: body.auth_time === undefined ? undefined : Math.floor(Date.parse(body.auth_time) / 1000),
    }
    const named = namedIn(caller.tenantId, params.login, body)
    return { body: { redirect_to: await acceptLogin(needs, named, claimed, caller.facts) } }
  })

  mount(rejectLoginRequest, async ({ caller, params, body }) => {
    const refusal = { error: body.error ?? 'access_denied', description: body.error_description }
    const named = namedIn(caller.tenantId, params.login, body)
    return { body: { redirect_to: await rejectLogin(needs, named, refusal, caller.facts) } }
  })
}

/** @throws Problem `login.not_found` where the body names another sign-in than the address */
function namedIn(
  tenantId: string,
  loginId: string,
  body: { readonly id?: string; readonly login_state?: string },
): { readonly tenantId: string; readonly loginId: string; readonly loginState: string | undefined } {
  if (body.id !== undefined && body.id !== loginId) throw new Problem('login.not_found')
  return { tenantId, loginId, loginState: body.login_state }
}

const timeOf = (seconds: number): string => new Date(seconds * 1000).toISOString()
