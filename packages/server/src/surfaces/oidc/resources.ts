import { errors } from 'oidc-provider'
import type { KoaContextWithOIDC, ResourceServer } from 'oidc-provider'
import { currentUnit } from './unit-of-work.ts'

/** Where a client gets JWT access tokens for: registered audiences, and of their scopes those the client was given. */
export function resourceIndicators() {
  return {
    enabled: true,
    /** An application that is only an application (client credentials) has the workspace's first resource by default. */
    async defaultResource(ctx: KoaContextWithOIDC): Promise<string | string[]> {
      if (ctx.oidc.params?.['grant_type'] !== 'client_credentials') return []
      const [first] = await currentUnit().resources()
      return first?.audience ?? []
    },
    async useGrantedResource(): Promise<boolean> {
      return true
    },
    async getResourceServerInfo(
      _ctx: KoaContextWithOIDC,
      audience: string,
      client: { readonly clientId: string; readonly [name: string]: unknown },
    ): Promise<ResourceServer> {
      const resources = await currentUnit().resources()
      const resource = resources.find((candidate) => candidate.audience === audience)
      if (!resource) throw new errors.InvalidTarget()
      const granted = new Set(
        Array.isArray(client['gatehouse_api_scopes']) ? (client['gatehouse_api_scopes'] as unknown[]) : [],
      )
      return {
        audience: resource.audience,
        scope: resource.scopes.filter((scope) => granted.has(scope)).join(' '),
        accessTokenFormat: 'jwt',
        accessTokenTTL: resource.accessTokenSeconds,
        jwt: { sign: { alg: 'ES256' } },
      }
    },
  }
}
