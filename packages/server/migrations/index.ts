import type { Migration } from 'kysely/migration'
import * as tenancy from './001-tenancy.ts'
import * as directory from './002-directory.ts'
import * as users from './003-users.ts'
import * as credentials from './004-credentials.ts'
import * as signIn from './005-sign-in.ts'
import * as oidc from './006-oidc.ts'
import * as audit from './007-audit.ts'
import * as refusals from './013-refusals.ts'
import * as domains from './014-domains.ts'
import * as indexKeys from './015-index-keys.ts'
import * as throttling from './016-throttling.ts'
import * as refreshAnswers from './019-refresh-answers.ts'
import * as sessionClients from './020-session-clients.ts'
import * as acrs from './021-acrs.ts'
import * as secretEnds from './022-secret-ends.ts'
import * as sessionPolicy from './023-session-policy.ts'
import * as keys from './027-keys.ts'
import * as demo from './028-demo.ts'
import * as presentation from './030-presentation.ts'
import * as previousCodes from './031-previous-codes.ts'
import * as consents from './034-consents.ts'
import * as consentsOfUsers from './035-consents-of-users.ts'
import * as schemas from './036-schemas.ts'
import * as groups from './037-groups.ts'
import * as addressDetails from './038-address-details.ts'
import * as codesOfPeople from './039-codes-of-people.ts'
import * as totp from './040-totp.ts'
import * as webauthn from './041-webauthn.ts'
import * as clientsWire from './042-clients-wire.ts'
import * as workspaceSecrets from './043-workspace-secrets.ts'
import * as administration from './044-administration.ts'
import * as userImports from './046-user-imports.ts'

/** Every change of the schema, in order. Add, never edit: what has run somewhere stays as it ran. */
export const migrations: Record<string, Migration> = {
  '001-tenancy': tenancy,
  '002-directory': directory,
  '003-users': users,
  '004-credentials': credentials,
  '005-sign-in': signIn,
  '006-oidc': oidc,
  '007-audit': audit,
  '013-refusals': refusals,
  '014-domains': domains,
  '015-index-keys': indexKeys,
  '016-throttling': throttling,
  '019-refresh-answers': refreshAnswers,
  '020-session-clients': sessionClients,
  '021-acrs': acrs,
  '022-secret-ends': secretEnds,
  '023-session-policy': sessionPolicy,
  '027-keys': keys,
  '028-demo': demo,
  '030-presentation': presentation,
  '031-previous-codes': previousCodes,
  '034-consents': consents,
  '035-consents-of-users': consentsOfUsers,
  '036-schemas': schemas,
  '037-groups': groups,
  '038-address-details': addressDetails,
  '039-codes-of-people': codesOfPeople,
  '040-totp': totp,
  '041-webauthn': webauthn,
  '042-clients-wire': clientsWire,
  '043-workspace-secrets': workspaceSecrets,
  '044-administration': administration,
  '046-user-imports': userImports,
}
