import type { Tx } from '../../platform/db/index.ts'
import { Problem } from '../../problem/index.ts'
import type { WebAuthnKey } from '../../protocol/webauthn/key.ts'
import { recordEvents } from '../audit/index.ts'
import {
  assertAcceptable,
  insertTotp,
  preparePassword,
  savePassword,
  importedKey,
  insertWebAuthnKey,
} from '../credentials/index.ts'
import { findHome, findName, insertPerson } from '../directory/index.ts'
import { lockPool, schemasOf } from '../pools/index.ts'
import type { Pool } from '../pools/index.ts'
import { assertMeetsSchemas } from '../schemas/index.ts'
import type { Workspace } from '../tenancy/index.ts'
import { insertAddress, insertIdentifier, insertUser, userId } from '../users/index.ts'
import type { IdentifierType, User, UserId } from '../users/index.ts'
import { requireCanonical } from './canonical-identifier.ts'
import { claimUsername } from './claim-username.ts'
import { heldOf, withSchemas } from './held-data.ts'
import { contextWords } from './context-words.ts'
import type { Caller, FirstPassword, IdentityBackend, NewUserInput } from './identity-backend.ts'
import type { LocalNeeds } from './local-needs.ts'
import { requireTotpSecret } from './local-totp.ts'
import { aboutUser, detailsOf, poolOf, workspaceOf } from './read-local.ts'

type LegacyPerson = NewUserInput['legacy']

export const localCreateUser =
  (needs: LocalNeeds): IdentityBackend['createUser'] =>
  async (caller, poolId, input) => {
    const pool = await poolOf(needs.reader, caller, poolId)
    const id = input.userId ?? userId(needs.random.uuid())
    const identifiers = input.identifiers.map((one, at) => canonical(one, one.identifier, `identifiers[${at}]`))
    const addresses = input.addresses.map((one, at) => canonical(one, one.address, `verifiable_addresses[${at}]`))
    requireDistinct(
      identifiers.map((one) => `${one.type} ${one.canonical}`),
      'identifiers',
    )
    requireDistinct(
      addresses.map((one) => one.canonical),
      'verifiable_addresses',
    )
    const totpSecret =
      input.totpSecret === undefined ? undefined : requireTotpSecret(input.totpSecret, 'credentials.totp_secret')
    const webAuthnKeys = await firstKeys(input)
    const verifier = await firstVerifier(needs, pool, id, input)

    return needs.transact(async (tx) => {
      const filled = await lockPool(tx, caller.tenantId, pool.poolId, 'fill')
      if (!filled) throw new Problem('pool.not_found')
      const workspace = await workspaceOf(tx, pool)
      const names = identifiers.filter(({ type }) => type === 'uid').map((one) => one.canonical)
      const legacy = await legacyPerson(tx, needs, pool, workspace, names, input.legacy)
      const now = needs.clock.now()
      const user: User = {
        organizationId: pool.organizationId,
        userId: id,
        tenantId: pool.tenantId,
        poolId: pool.poolId,
        status: input.status,
        payload: input.payload,
        metadata: input.metadata,
        businessMetadata: input.businessMetadata,
        schemaIds: withSchemas(input.schemaIds, schemasOf(filled)),
        legacyStoreId: legacy?.storeId,
        legacyId: legacy?.legacyId,
        sessionEpoch: 1,
        revision: 1,
        createdAt: now,
        updatedAt: now,
        statusUpdatedAt: now,
      }
      await assertMeetsSchemas(tx, user.tenantId, heldOf(user))
      await insertOnce(tx, user)
      const times = { createdAt: now, updatedAt: now }
      // Names before identifiers, as an import does: two who take the same ones wait in one direction only.
      for (const name of names.toSorted()) await claimUsername(tx, needs, workspace, user, name)
      for (const one of identifiers) {
        const identifier = { ...one, ...times, identifierId: needs.random.uuid() }
        if (!(await insertIdentifier(tx, user, identifier))) throw new Problem('user.identifier_taken')
      }
      for (const one of addresses) {
        const verifiedAt = one.isVerified ? now : undefined
        const metadata = one.metadata ?? {}
        const { preferredContactMethod } = one
        const addressId = needs.random.uuid()
        await insertAddress(tx, user, { ...one, ...times, verifiedAt, addressId, metadata, preferredContactMethod })
      }
      if (input.password && verifier !== undefined) {
        const credentialId = needs.random.uuid()
        const { state } = input.password
        const stateReason = reasonOf(input.password)
        await savePassword(tx, needs.vault, { ...user, credentialId, verifier, state, stateReason, now })
      }
      if (totpSecret !== undefined) {
        await insertTotp(tx, needs.vault, { ...user, credentialId: needs.random.uuid(), secret: totpSecret, now })
      }
      for (const key of webAuthnKeys) {
        if (!(await insertWebAuthnKey(tx, user, needs.random.uuid(), key, now))) throw new Problem('webauthn.refused')
      }
      await recordEvents(tx, needs, caller.facts, eventsOf(caller, pool, user, input))
      return detailsOf(tx, user)
    })
  }

const canonical = <T extends { readonly type: IdentifierType }>(
  one: T,
  typed: string,
  field: string,
): T & { readonly canonical: string } => ({ ...one, canonical: requireCanonical(one.type, typed, field) })

function requireDistinct(values: readonly string[], field: string): void {
  if (new Set(values).size < values.length) throw new Problem('request.invalid', `${field} holds the same one twice.`)
}

async function firstVerifier(
  needs: LocalNeeds,
  pool: Pool,
  id: UserId,
  input: NewUserInput,
): Promise<string | undefined> {
  if (!input.password) return undefined
  if (input.password.kind === 'hashed') return input.password.verifier
  const words = contextWords(pool, input.payload, [
    ...input.identifiers.map((one) => one.identifier),
    ...input.addresses.map((one) => one.address),
  ])
  const user = { organizationId: pool.organizationId, userId: id }
  return assertAcceptable(await preparePassword(needs, user, pool.policy, words, input.password.password))
}

/** @throws Problem `webauthn.refused` for what is no key that an authenticator could be asked for */
async function firstKeys({ webAuthnKeys = [] }: NewUserInput): Promise<readonly WebAuthnKey[]> {
  const keys: WebAuthnKey[] = []
  for (const given of webAuthnKeys) {
    const key = await importedKey(given)
    if (!key)
      throw new Problem('webauthn.refused', 'A key cannot be read, or is of an algorithm that is not asked for.')
    keys.push(key)
  }
  return keys
}

const reasonOf = ({ kind, state }: FirstPassword) =>
  state === 'valid'
    ? ''
    : kind === 'hashed'
      ? 'imported'
      : state === 'must_be_changed'
        ? 'first_use'
        : 'by_administrator'

/**
 * Whom a new user is in a legacy store: as the caller says, or as the directory says of the username. A name that leads
 * to another legacy person than the caller says is taken.
 */
async function legacyPerson(
  tx: Tx,
  needs: LocalNeeds,
  pool: Pool,
  workspace: Workspace,
  names: readonly string[],
  stated: LegacyPerson,
): Promise<LegacyPerson> {
  let person = stated
  for (const name of names) {
    const lookup = await findName(tx, needs.nameKeys, workspace, name, pool.organizationId)
    if (lookup.kind !== 'found' || lookup.entry.legacyStoreId === undefined || lookup.entry.legacyId === undefined)
      continue
    const known = { storeId: lookup.entry.legacyStoreId, legacyId: lookup.entry.legacyId }
    if (person && (person.storeId !== known.storeId || person.legacyId !== known.legacyId)) {
      throw new Problem('user.identifier_taken')
    }
    person = known
  }
  return person
}

// Divergence D-07
/**
 * An id is given once, in one organization, for ever: it is the `sub` of tokens, and sessions of a deleted user would
 * otherwise find a new owner.
 */
async function insertOnce(tx: Tx, user: User): Promise<void> {
  if (await findHome(tx, user.userId)) throw new Problem('user.id_taken')
  if (!(await insertUser(tx, user))) throw new Problem('user.id_taken')
  await insertPerson(tx, user.userId, user.tenantId, user.organizationId)
  const home = await findHome(tx, user.userId)
  // Somebody else may have written the same id between the first look and the insert.
  if (home?.organizationId !== user.organizationId || home.tenantId !== user.tenantId)
    throw new Problem('user.id_taken')
}

function eventsOf(caller: Caller, pool: Pool, user: User, input: NewUserInput) {
  const about = { ...aboutUser(pool, user), clientId: caller.clientId }
  const created = {
    ...about,
    subject: 'user',
    action: 'created',
    payload: { id: user.userId, status: user.status },
  } as const
  const credential = { ...about, subject: 'credential', action: 'created' } as const
  const { password, totpSecret } = input
  return [
    created,
    ...(password
      ? [
          {
            ...credential,
            reason: 'password.set_by_client',
            payload: { type: 'password', state: password.state, imported: password.kind === 'hashed' },
          } as const,
        ]
      : []),
    ...(totpSecret === undefined
      ? []
      : [{ ...credential, reason: 'totp.set_by_client', payload: { type: 'totp' } } as const]),
    ...(input.webAuthnKeys ?? []).map(
      () => ({ ...credential, reason: 'webauthn.added', payload: { type: 'webauthn' } }) as const,
    ),
  ]
}
