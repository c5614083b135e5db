import type { CloudOf } from './ask-cloud.ts'
import { cloudOrganizations } from './cloud-organizations.ts'
import { cloudPasswords } from './cloud-passwords.ts'
import { cloudPools } from './cloud-pools.ts'
import { cloudUsers } from './cloud-users.ts'
import type { IdentityBackend } from './identity-backend.ts'

/**
 * People and organizations in SecureAuth's cloud, or at another Gatehouse, through the vendor's API. Events are the cloud's; a
 * change is in no transaction of ours. What it cannot do is in docs/cloud-backend.md, and is refused and never dropped.
 */
export const cloudBackend = (cloudOf: CloudOf): IdentityBackend => ({
  ...cloudOrganizations(cloudOf),
  ...cloudPools(cloudOf),
  ...cloudUsers(cloudOf),
  ...cloudPasswords(cloudOf),
})
