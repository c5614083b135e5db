import type { IdentityBackend } from './identity-backend.ts'
import type { LocalNeeds } from './local-needs.ts'
import { localOrganizations } from './local-organizations.ts'
import { localPasswords } from './local-passwords.ts'
import { localPools } from './local-pools.ts'
import { localResets } from './local-reset.ts'
import { localTotp } from './local-totp.ts'
import { localUsers } from './local-users.ts'

/** People and organizations in our own database. Each change is one transaction with its audit events. */
export const localBackend = (needs: LocalNeeds): IdentityBackend => ({
  ...localOrganizations(needs),
  ...localPools(needs),
  ...localUsers(needs),
  ...localPasswords(needs),
  ...localResets(needs),
  ...localTotp(needs),
})
