import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Provision } from '../packages/server/src/features/provisioning/index.ts'
import { temporaryFolder } from './temporary-folder.ts'

const secret = (): string => randomBytes(24).toString('hex')

/** The one installation that is measured: one biller in mode `new`, an application, and a machine client. */
export const installation = {
  origin: 'http://gatehouse.localhost:4000',
  tenantId: 'harbor',
  issuerPath: '/harbor/portal',
  systemPath: '/harbor/system',
  organizationId: 'newtown',
  poolId: 'newtown-people',
  apiAudience: 'http://portal.localhost:4100/api',
  managementAudience: 'http://gatehouse.localhost:4000/api',
  managementScopes: ['identity', 'manage_configuration'],
  portal: { id: 'portal', secret: secret(), redirectUri: 'http://portal.localhost:4100/callback' },
  machine: { id: 'machine', secret: secret() },
} as const

const provision: Provision = {
  tenant: { id: installation.tenantId, name: 'Harbor' },
  workspaces: [
    { id: 'system', name: 'System', kind: 'system' },
    { id: 'portal', name: 'Harbor Portal', kind: 'customer' },
  ],
  resources: [
    {
      workspace: 'system',
      audience: installation.managementAudience,
      name: 'Management',
      scopes: [...installation.managementScopes],
    },
    { workspace: 'portal', audience: installation.apiAudience, name: 'Portal API', scopes: ['invoices:read'] },
  ],
  clients: [
    {
      id: installation.portal.id,
      workspace: 'portal',
      name: 'Harbor Portal',
      secret: installation.portal.secret,
      authentication: 'client_secret_basic',
      grantTypes: ['authorization_code', 'refresh_token'],
      redirectUris: [installation.portal.redirectUri],
      initiateLoginUri: 'http://portal.localhost:4100/login',
      scopes: ['openid', 'profile', 'email', 'organization', 'invoices:read'],
      isFirstParty: true,
      isPortal: true,
    },
    {
      id: installation.machine.id,
      workspace: 'system',
      name: 'Machine',
      secret: installation.machine.secret,
      authentication: 'client_secret_basic',
      grantTypes: ['client_credentials'],
      scopes: [...installation.managementScopes],
    },
  ],
  billers: [
    {
      id: installation.organizationId,
      workspace: 'portal',
      name: 'Newtown Waste',
      guid: '33333333-3333-4333-8333-333333333333',
      mode: 'new',
    },
  ],
}

export interface Premises {
  /** Everything a server's environment says but its port. */
  readonly environment: Readonly<Record<string, string>>
  remove(): Promise<void>
}

/** A data folder and the provision file in it. Without `databaseUrl` the embedded database lives in the folder too. */
export async function makePremises(databaseUrl?: string): Promise<Premises> {
  const folder = await temporaryFolder('gatehouse-bench-')
  const provisionFile = join(folder.path, 'provision.json')
  await mkdir(join(folder.path, 'data'), { mode: 0o700 })
  await writeFile(provisionFile, JSON.stringify(provision))
  return {
    environment: {
      GATEHOUSE_URL: installation.origin,
      GATEHOUSE_DATA: join(folder.path, 'data'),
      GATEHOUSE_PROVISION_FILE: provisionFile,
      GATEHOUSE_LOG_LEVEL: 'info',
      // Everybody here comes from one address, and many of them at once.
      GATEHOUSE_THROTTLE_NETWORK_TRIES: '1000000',
      ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
    },
    remove: () => folder.remove(),
  }
}
