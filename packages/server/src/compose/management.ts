import type { FastifyInstance } from 'fastify'
import { mountAuditEvents } from '../features/audit/index.ts'
import { mountClients, mountScopes, recallBrowserOrigins, mountAdminClients } from '../features/clients/index.ts'
import { localCodes, mountCodes } from '../features/codes/index.ts'
import { deleteArtifactsOfClient, verifyApplicationToken, verifyPersonToken } from '../features/grants/index.ts'
import {
  localBackend,
  localFactors,
  localContacts,
  mountContacts,
  mountImports,
  mountHistory,
  mountOrganizations,
  mountPasswords,
  mountPools,
  mountUsers,
  mountSelf,
  mountTotp,
  mountWebAuthn,
} from '../features/identity/index.ts'
import { mountThemes } from '../features/branding/index.ts'
import { mountLogins, mountTryLimits, throttleRules } from '../features/sign-in/index.ts'
import { mountWebhooks } from '../features/webhooks/index.ts'
import { localRegistration, mountRegistration } from '../features/registration/index.ts'
import type { StoredClient } from '../features/clients/index.ts'
import { deleteConsentsOfClient } from '../features/consents/index.ts'
import type { Tx } from '../platform/db/index.ts'
import { mountConfiguration } from '../features/configuration/index.ts'
import { mountWorkspaces } from '../features/workspaces/index.ts'
import type { LocalNeeds, RelyingParty } from '../features/identity/index.ts'
import { deleteGroupsOfPool, mountGroups } from '../features/groups/index.ts'
import { mountSchemas } from '../features/schemas/index.ts'
import { mountSecrets } from '../features/secrets/index.ts'
import { mountTokens } from '../features/tokens/index.ts'
import type { Pool } from '../features/pools/index.ts'
import { findWorkspace } from '../features/tenancy/index.ts'
import { managementSurface } from '../surfaces/management/index.ts'
import type { Parts } from './parts.ts'

/** The SecureAuth-compatible API, on the local home of people. */
export async function composeManagement(app: FastifyInstance, parts: Parts): Promise<void> {
  const { clock, config, db, ending, hasher, homeOf, jobs, keyring, keys, log, random, refusals, throttle, vault } =
    parts

  /** An application that proved itself tries for people whose networks we do not see. */
  const application = { ipAddress: undefined }
  const needs: LocalNeeds = {
    reader: db.reader,
    transact: (work) => db.transaction(work),
    ...ending,
    clock,
    random,
    vault,
    hasher,
    nameKeys: keys,
    forgetPool: deleteGroupsOfPool,
    // The try is taken, and counted, when permission is asked; only a success gives it back.
    passwordAttempts: {
      async mayTry(scopeKey, proof, tenantId) {
        const outcome = await throttle.takeTry(proof, throttle.subjectOfKey(scopeKey), { ...application, tenantId })
        if (outcome.kind === 'allowed') return undefined
        return { retryAfterSeconds: Math.max(1, outcome.untilSeconds - clock.nowSeconds()) }
      },
      async recordFailure() {},
      recordSuccess: (scopeKey, proof) => throttle.forgive(proof, throttle.subjectOfKey(scopeKey), application),
    },
    async mayMail(nameKey) {
      return (await throttle.takeTry('message', throttle.subjectOfKey(nameKey), application)).kind === 'allowed'
    },
    relyingParty: (pool) => relyingPartyOf(parts, pool),
    codeSubject: (nameKey) => throttle.subjectOfKey(nameKey),
    mailCode: (tx, message) => jobs.enqueue(tx, 'mail.user_code', message),
    mailInUse: (tx, message) => jobs.enqueue(tx, 'mail.address_in_use', message),
    refusals,
  }
  const backend = localBackend(needs)
  const codes = localCodes(needs)
  const factors = localFactors(needs)

  const forgetClient = async (tx: Tx, { tenantId, clientId }: StoredClient): Promise<void> => {
    await deleteArtifactsOfClient(tx, tenantId, clientId)
    await deleteConsentsOfClient(tx, tenantId, clientId)
  }
  // Copied now: inside a transaction, to ask for the other reader is a mistake.
  const still = { ...needs }
  const backendIn = (tx: Tx) => localBackend({ ...still, reader: tx, transact: (work) => work(tx) })
  const own = { db, clock, random }

  await managementSurface(
    app,
    {
      log,
      verifySystemToken: (token, tenantId) =>
        verifyApplicationToken(
          {
            reader: () => db.reader,
            clock,
            origin: config.origin,
            keysOf: (tenant, workspace) => keyring.keysOf(tenant, workspace),
          },
          tenantId,
          'system',
          `${config.origin}/api`,
          token,
        ),
    },
    (mount, mountLines) => {
      mountOrganizations(mount, { backend, origin: config.origin })
      mountPools(mount, { backend })
      mountWorkspaces(mount, { ...own, origin: config.origin })
      mountAdminClients(mount, { ...own, origin: config.origin, allowedHosts: config.fetchAllowed, forgetClient })
      mountConfiguration(mount, {
        ...own,
        vault,
        allowedHosts: config.fetchAllowed,
        rules: throttleRules(config.throttle),
        forgetClient,
        backendIn,
      })
      mountThemes(mount, own)
      mountWebhooks(mount, { ...own, vault, allowedHosts: config.fetchAllowed })
      mountTryLimits(mount, { ...own, rules: throttleRules(config.throttle) })
      mountUsers(mount, { backend })
      mountImports(mountLines, { people: needs })
      mountSchemas(mount, needs)
      mountGroups(mount, needs)
      mountHistory(mount, needs)
      mountPasswords(mount, { backend })
      mountClients(mount, { db, clock, random })
      mountScopes(mount, { db })
      mountSecrets(mount, { db, clock, random, vault })
      mountLogins(mount, { db, clock, random, loginStates: parts.loginStates, origin: config.origin })
      mountTokens(mount, { db, ...ending })
      mountTotp(mount, { backend, factors })
      mountContacts(mount, { contacts: localContacts(needs) })
      mountCodes(mount, { codes })
      mountRegistration(mount, { codes, registration: localRegistration(needs) })
      mountWebAuthn(mount, { factors })
      mountAuditEvents(mount, { reader: () => db.reader })
    },
    {
      verify: async (token, tenantId, segment) => {
        const proved = await verifyPersonToken(
          { reader: () => db.reader, clock, vault, homeOf },
          tenantId,
          segment,
          token,
        )
        return proved && { ...proved, person: { user: proved.user, sessionUid: proved.sessionUid } }
      },
      mountAll: (mount) => mountSelf(mount, { ...needs, backend, factors }),
    },
  )
}

/** Our own pages, and those of registered browser applications at or below our domain; others could not ask for our keys. */
async function relyingPartyOf({ config, db }: Parts, { tenantId, workspaceId }: Pool): Promise<RelyingParty> {
  const { hostname: rpId } = new URL(config.origin)
  const registered = await recallBrowserOrigins(db.reader, tenantId, workspaceId)
  const below = [...registered].filter((origin) => {
    const { hostname } = new URL(origin)
    return hostname === rpId || hostname.endsWith(`.${rpId}`)
  })
  const workspace = await findWorkspace(db.reader, tenantId, workspaceId)
  return { rpId, name: workspace?.name ?? rpId, origins: [config.origin, ...below] }
}
