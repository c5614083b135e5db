import { randomBytes } from 'node:crypto'
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Provision } from '../../packages/server/src/features/provisioning/index.ts'
import { openFileVault } from '../../packages/server/src/platform/vault/index.ts'
import { systemRandom } from '../../packages/server/src/platform/random/index.ts'
import { make, toColumns } from '../../packages/server/src/protocol/password-hash/index.ts'
import { makeShard } from '../../packages/server/src/testing/legacy-shard.ts'
import type { ShardRow } from '../../packages/server/src/testing/legacy-shard.ts'

/** The public origin: nodes listen elsewhere, as behind a balancer. */
export const origin = 'http://gatehouse.localhost:4000'
export const tenantId = 'harbor'
export const issuerPath = `/${tenantId}/portal`
export const apiAudience = 'http://portal.localhost:4100/api'
export const poolId = 'newtown-people'

export interface ClientSecret {
  readonly clientId: string
  readonly secret: string
}

const secret = (): string => randomBytes(24).toString('hex')
export const portal: ClientSecret & { readonly redirectUri: string } = {
  clientId: 'portal',
  secret: secret(),
  redirectUri: 'http://portal.localhost:4100/callback',
}
export const crm: ClientSecret = { clientId: 'crm', secret: secret() }

/** Somebody whose password is in the legacy store, and who was never here. */
export const legacyPerson = { username: 'legacy.lena', password: 'a lamp on the old quay' }

export const managementScopes = ['identity', 'manage_configuration', 'view_audit_events']

const provision: Provision = {
  tenant: { id: tenantId, name: 'Harbor' },
  workspaces: [
    { id: 'system', name: 'System', kind: 'system' },
    { id: 'portal', name: 'Harbor Portal', kind: 'customer' },
  ],
  resources: [
    { workspace: 'system', audience: `${origin}/api`, name: 'Management', scopes: managementScopes },
    { workspace: 'portal', audience: apiAudience, name: 'Portal API', scopes: ['invoices:read'] },
  ],
  clients: [
    {
      id: portal.clientId,
      workspace: 'portal',
      name: 'Harbor Portal',
      secret: portal.secret,
      authentication: 'client_secret_basic',
      grantTypes: ['authorization_code', 'refresh_token'],
      redirectUris: [portal.redirectUri],
      initiateLoginUri: 'http://portal.localhost:4100/login',
      scopes: ['openid', 'profile', 'email', 'organization', 'invoices:read'],
      isFirstParty: true,
      isPortal: true,
    },
    {
      id: crm.clientId,
      workspace: 'system',
      name: 'CRM',
      secret: crm.secret,
      authentication: 'client_secret_basic',
      grantTypes: ['client_credentials'],
      scopes: managementScopes,
    },
  ],
  billers: [
    {
      id: 'newtown',
      workspace: 'portal',
      name: 'Newtown Waste',
      guid: '33333333-3333-4333-8333-333333333333',
      mode: 'new',
    },
    {
      id: 'oldtown',
      workspace: 'portal',
      name: 'Oldtown Water',
      guid: '11111111-1111-4111-8111-111111111111',
      mode: 'legacy',
      legacyStore: 'shard',
      legacyBillerKey: '1',
    },
  ],
}

export interface Installation {
  /** What every node's environment says; a node adds its own data folder. */
  readonly environment: Readonly<Record<string, string>>
  /** A data folder for one more node, holding the key file that all of them share. */
  dataFolder(name: string): Promise<string>
  remove(): Promise<void>
}

/**
 * The files that an operator writes: provision, legacy stores, and the vault's key file under one secret.
 *
 * @param signIn how the customers' workspace asks for proof
 */
export async function makeInstallation(
  more: Readonly<Record<string, string>> = {},
  legacyRows: readonly ShardRow[] = [],
  signIn?: Provision['workspaces'][number]['signIn'],
): Promise<Installation> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-processes-'))
  const vaultSecret = secret()
  const vaultFolder = join(folder, 'vault')
  await openFileVault({ folder: vaultFolder, secret: vaultSecret })
  const columns = toColumns(await make({ format: 'aspnet-identity' }, legacyPerson.password, systemRandom.bytes))
  if (!columns) throw new Error('this format has columns')
  const { file: _, ...store } = makeShard(folder, 'shard', [
    { id: 'a1', biller: '1', username: legacyPerson.username, hash: columns.hash, format: 'aspnet-identity' },
    ...legacyRows,
  ])
  const provisionFile = join(folder, 'provision.json')
  const storesFile = join(folder, 'stores.json')
  const workspaces = provision.workspaces.map((one) => (one.kind === 'customer' && signIn ? { ...one, signIn } : one))
  await writeFile(provisionFile, JSON.stringify({ ...provision, workspaces }))
  await writeFile(storesFile, JSON.stringify({ stores: [store] }))
  return {
    environment: {
      GATEHOUSE_URL: origin,
      GATEHOUSE_VAULT_SECRET: vaultSecret,
      GATEHOUSE_PROVISION_FILE: provisionFile,
      GATEHOUSE_LEGACY_STORES_FILE: storesFile,
      GATEHOUSE_REFUSAL_MS: '0',
      // Everybody in these tests comes from one address.
      GATEHOUSE_THROTTLE_NETWORK_TRIES: '1000000',
      GATEHOUSE_THROTTLE_NETWORK_MESSAGES: '1000000',
      // Nor is anybody turned away because the machine that runs the tests is busy.
      GATEHOUSE_ADMISSION_WAIT_MS: '600000',
      GATEHOUSE_ADMISSION_DELAY_MS: '10000',
      GATEHOUSE_LOG_LEVEL: 'debug',
      ...more,
    },
    async dataFolder(name) {
      const data = join(folder, name)
      await mkdir(data, { mode: 0o700 })
      await copyFile(join(vaultFolder, 'vault.keys'), join(data, 'vault.keys'))
      return data
    },
    remove: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }),
  }
}
