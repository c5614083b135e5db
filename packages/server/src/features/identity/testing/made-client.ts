import { hashSecret, insertClient } from '../../clients/index.ts'
import type { Client } from '../../clients/index.ts'
import type { Management } from './open-management.ts'

/** A client of the portal with a secret, and what else is said. @returns its id */
export async function madeClient(
  { db, clock }: Pick<Management, 'db' | 'clock'>,
  tenantId: string,
  clientId: string,
  other: Partial<Client> = {},
): Promise<string> {
  const client: Client = {
    clientId,
    tenantId,
    workspaceId: 'portal',
    name: `The ${clientId}`,
    isEnabled: true,
    settings: {
      authentication: 'client_secret_basic',
      grantTypes: ['authorization_code', 'refresh_token'],
      redirectUris: ['https://app.example/callback'],
      postLogoutRedirectUris: [],
      scopes: ['openid', 'email'],
      isFirstParty: true,
      applicationType: 'web',
    },
    secretHashes: [hashSecret(`the first secret of ${clientId}`)],
    revision: 1,
    ...other,
  }
  await db.transaction((tx) => insertClient(tx, client, clock.now()))
  return clientId
}
