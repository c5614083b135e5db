import type { Tx } from '../../platform/db/index.ts'
import { Problem } from '../../problem/index.ts'
import { recordEvents } from '../audit/index.ts'
import { insertPasswords, insertTotp, sealVerifier } from '../credentials/index.ts'
import {
  assertGenerations,
  claimNames,
  insertPeople,
  nameScope,
  selectNames,
  selectPeople,
} from '../directory/index.ts'
import type { HeldName, NamesHome } from '../directory/index.ts'
import { lockPool, schemasOf } from '../pools/index.ts'
import type { Pool } from '../pools/index.ts'
import { schemaJudge } from '../schemas/index.ts'
import type { Workspace } from '../tenancy/index.ts'
import {
  insertAddresses,
  insertIdentifiers,
  insertUsers,
  selectLegacyUsers,
  selectTakenIdentifiers,
  userId,
} from '../users/index.ts'
import type { User, UserId } from '../users/index.ts'
import type { Caller } from './identity-backend.ts'
import { heldOf, withSchemas } from './held-data.ts'
import { insertImportBatch, selectImportedLines } from './imports.store.ts'
import type { ImportBatch, ImportName, Refusal } from './imports.store.ts'
import type { ImportNeeds } from './local-needs.ts'
import { aboutPool } from './read-local.ts'
import { nameOfIdentifier } from './read-import-line.ts'
import type { ImportedPerson } from './read-import-line.ts'

/** Where the people of an import go, and how the import goes about it. */
export interface ImportHome {
  readonly needs: ImportNeeds
  readonly caller: Caller
  readonly workspace: Workspace
  readonly name: ImportName
  /** Whether to look for what is taken before writing. */
  isCareful: boolean
}

/** A person with what is drawn and sealed for them before the transaction begins. */
export interface PreparedPerson extends Omit<ImportedPerson, 'userId'> {
  readonly userId: UserId
  readonly isIdGiven: boolean
  /** For each username its keys in the index, in the order of `generations`. */
  readonly names: readonly (readonly Buffer[])[]
  readonly generations: readonly number[]
  readonly sealedVerifier: Buffer | undefined
}

export type PreparedLine = { readonly digest: Buffer } & (
  | { readonly refusal: Refusal; readonly person?: never }
  | { readonly person: PreparedPerson; readonly refusal?: never }
)

/** Something that nobody had a moment ago is taken: the transaction must not stand. */
export class Overtaken extends Error {}

export function preparePerson({ needs, workspace, name }: ImportHome, read: ImportedPerson): PreparedPerson {
  const id = read.userId ?? userId(needs.random.uuid())
  const indexed = read.identifiers
    .filter(({ type }) => type === 'uid')
    .map(({ canonical }) => needs.nameKeys.inIndex(workspace, canonical))
  const { password } = read
  return {
    ...read,
    userId: id,
    isIdGiven: read.userId !== undefined,
    names: indexed.map((keys) => keys.map(({ key }) => key)),
    generations: indexed[0]?.map(({ generation }) => generation) ?? needs.nameKeys.generations,
    sealedVerifier: password && sealVerifier(needs.vault, name.pool.organizationId, id, password.verifier),
  }
}

interface Candidate {
  readonly at: number
  readonly person: PreparedPerson
  legacy: PreparedPerson['legacy']
}

/**
 * Makes the people of some lines, with what is recorded of it. A line whose name is taken, here or by a line before it,
 * is refused; the others are made.
 *
 * @throws Overtaken when something else than a username is taken and `isCareful` is not set, and when somebody else took
 * something meanwhile
 * @throws Problem `pool.not_found`, `server.busy` when the keys of the index are being replaced
 */
export async function writeImportBatch(
  tx: Tx,
  home: ImportHome,
  firstLine: number,
  lines: readonly PreparedLine[],
  now: Date,
): Promise<ImportBatch> {
  const { name, needs } = home
  const { pool } = name
  const refusals = new Map<number, Refusal>()
  const owners = new Map<number, UserId>()
  let candidates = distinct(lines, firstLine, refusals)
  const generations = candidates[0]?.person.generations ?? needs.nameKeys.generations
  const [locked] = await Promise.all([
    lockPool(tx, pool.tenantId, pool.poolId, 'fill'),
    assertGenerations(
      tx,
      generations.map((generation) => ({ generation })),
    ),
  ])
  if (!locked) throw new Problem('pool.not_found')
  const users = candidates.map((candidate) => userOf(locked, candidate, now))
  const judge = await schemaJudge(tx, pool.tenantId, users.flatMap(heldOf))
  for (const [index, candidate] of candidates.entries()) {
    const refusal = refusedBySchema(judge, users[index])
    if (refusal) refusals.set(candidate.at, refusal)
  }
  candidates = candidates.filter(({ at }) => !refusals.has(at))

  const names = namesHome(home)
  const refuse = (candidate: Candidate, refusal: Refusal, owner?: UserId): void => {
    refusals.set(candidate.at, refusal)
    if (owner !== undefined) owners.set(candidate.at, owner)
  }
  if (home.isCareful) await refuseTaken(tx, pool, names, candidates, refuse)
  candidates = candidates.filter(({ at }) => !refusals.has(at))
  await claim(tx, names, generations, candidates, refuse)
  candidates = candidates.filter(({ at }) => !refusals.has(at))

  await nameDuplicates(tx, home, names, firstLine, lines, refusals, owners)
  const made = new Map(candidates.map(({ at, person }) => [at, person.userId]))
  const batch: ImportBatch = {
    firstLine,
    digests: Buffer.concat(lines.map(({ digest }) => digest)),
    userIds: lines.map((_, at) => made.get(at)),
    refusals: Object.fromEntries(refusals),
  }
  await insertAll(tx, home, locked, candidates, batch, now)
  return batch
}

function refusedBySchema(
  judge: (kept: ReturnType<typeof heldOf>) => void,
  user: User | undefined,
): Refusal | undefined {
  try {
    if (user) judge(heldOf(user))
    return undefined
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown
    return { reason: 'invalid', detail: thrown.message }
  }
}

/** Those who share nothing with a line before theirs. */
function distinct(lines: readonly PreparedLine[], firstLine: number, refusals: Map<number, Refusal>): Candidate[] {
  const seen = new Map<string, number>()
  const candidates: Candidate[] = []
  for (const [at, { refusal, person }] of lines.entries()) {
    if (refusal) {
      refusals.set(at, refusal)
      continue
    }
    const marks = person.identifiers.map(nameOfIdentifier)
    if (person.isIdGiven) marks.push(`id ${person.userId}`)
    if (person.legacy) marks.push(`legacy ${person.legacy.storeId} ${person.legacy.legacyId}`)
    const first = marks.map((mark) => seen.get(mark)).find((line) => line !== undefined)
    if (first !== undefined) {
      refusals.set(at, { reason: 'duplicate', sameAs: firstLine + first })
      continue
    }
    for (const mark of marks) seen.set(mark, at)
    candidates.push({ at, person, legacy: person.legacy })
  }
  return candidates
}

const namesHome = ({ workspace, name: { pool } }: ImportHome): NamesHome => ({
  scope: nameScope(workspace, pool.organizationId),
  tenantId: pool.tenantId,
  workspaceId: workspace.workspaceId,
  organizationId: pool.organizationId,
})

type Refuse = (candidate: Candidate, refusal: Refusal, owner?: UserId) => void

const taken: Refusal = { reason: 'identifier_taken' }
const hex = (key: Buffer): string => key.toString('hex')

/** Looks for everything that may be taken, one statement for each kind. */
async function refuseTaken(
  tx: Tx,
  pool: Pool,
  names: NamesHome,
  candidates: readonly Candidate[],
  refuse: Refuse,
): Promise<void> {
  const keys = candidates.flatMap(({ person }) => person.names.flat())
  const given = candidates.filter(({ person }) => person.isIdGiven).map(({ person }) => person.userId)
  const [held, people, identifiers] = await Promise.all([
    selectNames(tx, names.scope, keys),
    selectPeople(tx, given),
    selectTakenIdentifiers(
      tx,
      pool,
      candidates.flatMap(({ person }) => person.identifiers),
    ),
  ])
  const heldBy = new Map(held.map((one) => [hex(one.key), one]))
  const idsTaken = new Set(people)
  const ownerOf = new Map(identifiers.map((one) => [nameOfIdentifier(one), one.userId]))
  for (const candidate of candidates) {
    const { person } = candidate
    const own = person.names.flat().flatMap((key) => heldBy.get(hex(key)) ?? [])
    const foreign = own.find((one) => one.userId !== undefined || one.organizationId !== pool.organizationId)
    const identifier = person.identifiers.find((one) => ownerOf.has(nameOfIdentifier(one)))
    if (idsTaken.has(person.userId)) refuse(candidate, { reason: 'id_taken' })
    else if (identifier) refuse(candidate, taken, ownerOf.get(nameOfIdentifier(identifier)))
    else if (foreign || !agree(candidate, own)) refuse(candidate, taken)
  }
  await refuseLegacy(tx, pool, candidates, refuse)
}

/** Two people of an organization are never one person of a legacy store. */
async function refuseLegacy(tx: Tx, pool: Pool, candidates: readonly Candidate[], refuse: Refuse): Promise<void> {
  const people = candidates.flatMap(({ legacy }) => legacy ?? [])
  const known = await selectLegacyUsers(tx, pool.organizationId, people)
  const seen = new Set(known.map(({ storeId, legacyId }) => `${storeId} ${legacyId}`))
  for (const candidate of candidates) {
    if (!candidate.legacy) continue
    const mark = `${candidate.legacy.storeId} ${candidate.legacy.legacyId}`
    if (seen.has(mark)) refuse(candidate, { reason: 'id_taken', detail: 'The legacy person is a user already.' })
    seen.add(mark)
  }
}

/** Whether these entries and the line speak of one legacy person; the candidate then is that person. */
function agree(candidate: Candidate, held: readonly HeldName[]): boolean {
  for (const { legacyStoreId: storeId, legacyId } of held) {
    if (storeId === undefined || legacyId === undefined) continue
    const { legacy } = candidate
    if (legacy && (legacy.storeId !== storeId || legacy.legacyId !== legacyId)) return false
    candidate.legacy = { storeId, legacyId }
  }
  return true
}

/** @throws Overtaken when somebody got a part of their names, or the entry of another legacy person */
async function claim(
  tx: Tx,
  names: NamesHome,
  generations: readonly number[],
  candidates: readonly Candidate[],
  refuse: Refuse,
): Promise<void> {
  const wanted = generations.map((_, at) =>
    candidates.flatMap(({ person, legacy }) =>
      person.names.flatMap((keys) => {
        const key = keys[at]
        const { userId: id } = person
        return key ? [{ key, userId: id, legacyStoreId: legacy?.storeId, legacyId: legacy?.legacyId }] : []
      }),
    ),
  )
  const claimed = await Promise.all(
    generations.map((generation, at) => claimNames(tx, names, generation, wanted[at] ?? [])),
  )
  const ours = new Map(claimed.flat().map((one) => [hex(one.key), one]))
  for (const candidate of candidates) {
    const keys = candidate.person.names.flat()
    const won = keys.flatMap((key) => ours.get(hex(key)) ?? [])
    if (won.length === 0 && keys.length > 0) refuse(candidate, taken)
    else if (won.length < keys.length || !agree(candidate, won)) throw new Overtaken()
  }
}

/** Says of a taken identifier when it was a line of this very file that took it. */
async function nameDuplicates(
  tx: Tx,
  home: ImportHome,
  names: NamesHome,
  firstLine: number,
  lines: readonly PreparedLine[],
  refusals: Map<number, Refusal>,
  owners: ReadonlyMap<number, UserId>,
): Promise<void> {
  const open = [...refusals].filter(([, refusal]) => refusal === taken).map(([at]) => at)
  if (open.length === 0 || firstLine === 0) return
  const keysOf = (at: number): string[] => lines[at]?.person?.names.flat().map(hex) ?? []
  const held = await selectNames(
    tx,
    names.scope,
    open.flatMap((at) => lines[at]?.person?.names.flat() ?? []),
  )
  const heldBy = new Map(held.map((one) => [hex(one.key), one]))
  const ownerOf = (at: number): UserId | undefined => {
    const entry = keysOf(at).flatMap((key) => heldBy.get(key) ?? [])[0]
    return owners.get(at) ?? (entry?.organizationId === names.organizationId ? (entry.userId as UserId) : undefined)
  }
  const found = new Map(open.map((at) => [at, ownerOf(at)]))
  const lineOf = await selectImportedLines(
    tx,
    home.name,
    [...found.values()].filter((id) => id !== undefined),
  )
  for (const [at, owner] of found) {
    const line = owner === undefined ? undefined : lineOf.get(owner)
    if (line !== undefined) refusals.set(at, { reason: 'duplicate', sameAs: line })
  }
}

/** @throws Overtaken unless each of them is new */
async function insertAll(
  tx: Tx,
  { needs, caller, name }: ImportHome,
  pool: Pool,
  candidates: readonly Candidate[],
  batch: ImportBatch,
  now: Date,
): Promise<void> {
  const own = { organizationId: pool.organizationId }
  const times = { createdAt: now, updatedAt: now }
  const users = candidates.map((candidate) => userOf(pool, candidate, now))
  const identifiers = candidates
    .flatMap(({ person }) =>
      person.identifiers.map((one) => ({ ...one, ...times, identifierId: needs.random.uuid(), userId: person.userId })),
    )
    .toSorted((a, b) => (a.canonical < b.canonical ? -1 : 1))
  const addresses = candidates.flatMap(({ person }) =>
    person.addresses.map((one) => ({
      ...one,
      ...times,
      metadata: one.metadata ?? {},
      preferredContactMethod: one.preferredContactMethod,
      verifiedAt: one.isVerified ? now : undefined,
      addressId: needs.random.uuid(),
      userId: person.userId,
    })),
  )
  const passwords = candidates.flatMap(({ person: { userId: id, password, sealedVerifier } }) =>
    password && sealedVerifier
      ? [
          {
            userId: id,
            credentialId: needs.random.uuid(),
            sealedVerifier,
            state: password.state,
            stateReason: password.state === 'valid' ? ('' as const) : ('imported' as const),
            now,
          },
        ]
      : [],
  )
  const refused = batch.userIds.length - candidates.length
  const ids = users.map((user) => user.userId)
  const [people, inserted] = await Promise.all([
    insertPeople(tx, ids, pool.tenantId, pool.organizationId),
    insertUsers(tx, users),
  ])
  // before the rows that would miss one of them
  if (people < users.length || inserted < users.length) throw new Overtaken()
  const [identified] = await Promise.all([
    insertIdentifiers(tx, pool, identifiers),
    insertAddresses(tx, pool, addresses),
    insertPasswords(tx, pool.organizationId, passwords),
    insertImportBatch(tx, name, batch, now),
    ...candidates.flatMap(({ person: { userId: id, totpSecret: secret } }) =>
      secret === undefined
        ? []
        : [insertTotp(tx, needs.vault, { ...own, userId: id, credentialId: needs.random.uuid(), secret, now })],
    ),
    recordEvents(tx, needs, caller.facts, [
      {
        ...aboutPool(pool),
        affectedUserPoolId: pool.poolId,
        clientId: caller.clientId,
        subject: 'user',
        action: 'created',
        reason: 'users.imported',
        payload: {
          import_key: name.key,
          first_line: batch.firstLine + 1,
          lines: batch.userIds.length,
          created: candidates.length,
          refused,
        },
      },
    ]),
  ])
  if (identified < identifiers.length) throw new Overtaken()
}

const userOf = (pool: Pool, { person, legacy }: Candidate, now: Date): User => ({
  organizationId: pool.organizationId,
  userId: person.userId,
  tenantId: pool.tenantId,
  poolId: pool.poolId,
  status: person.status,
  payload: person.payload,
  metadata: person.metadata,
  businessMetadata: person.businessMetadata,
  schemaIds: withSchemas(person.schemaIds, schemasOf(pool)),
  legacyStoreId: legacy?.storeId,
  legacyId: legacy?.legacyId,
  sessionEpoch: 1,
  revision: 1,
  createdAt: now,
  updatedAt: now,
  statusUpdatedAt: now,
})
