import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { addSeconds } from '../../platform/clock/index.ts'
import { describeMultiConnection, testDatabase } from '../../platform/db/testing/index.ts'
import type { TestDatabase } from '../../platform/db/testing/index.ts'
import { openFileVault } from '../../platform/vault/index.ts'
import type { Vault } from '../../platform/vault/index.ts'
import {
  consumeArtifact,
  deleteExpired,
  findArtifact,
  isTokenRevoked,
  revokeGrant,
  saveArtifact,
} from './artifacts.store.ts'
import type { NewArtifact } from './artifacts.store.ts'

let database: TestDatabase
let folder: string
let vault: Vault
const home = { tenantId: 'harbor', workspaceId: 'portal' }
const now = new Date('2026-11-21T08:00:00Z')

beforeAll(async () => {
  database = await testDatabase()
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-artifacts-'))
  vault = await openFileVault({ folder, secret: undefined })
})
afterAll(async () => {
  await database.close()
  await rm(folder, { recursive: true, force: true })
})

const save = (artifact: Partial<NewArtifact> & Pick<NewArtifact, 'kind' | 'id'>) =>
  database.db.transaction((tx) =>
    saveArtifact(tx, vault, home, { payload: {}, now, expiresAt: addSeconds(now, 60), ...artifact }),
  )
const find = (kind: string, id: string, at = home) => findArtifact(database.db.reader, vault, at, kind, id)

describe('what the protocol keeps', () => {
  it('does not take a grant back that was revoked (RT08)', async () => {
    await save({ kind: 'Grant', id: 'grant-gone' })
    await database.db.transaction((tx) => revokeGrant(tx, 'grant-gone', now))
    expect(await save({ kind: 'Grant', id: 'grant-gone' })).toBe(false)
    expect(await find('Grant', 'grant-gone')).toBeUndefined()
  })

  it('is consumed by one of any number of callers, and saving it again does not bring it back (TK01)', async () => {
    await save({ kind: 'AuthorizationCode', id: 'code-1' })
    const wins = await Promise.all(
      [1, 2, 3, 4].map(() => database.db.transaction((tx) => consumeArtifact(tx, 'AuthorizationCode', 'code-1', now))),
    )
    expect(wins.filter(Boolean)).toHaveLength(1)
    await save({ kind: 'AuthorizationCode', id: 'code-1' })
    expect((await find('AuthorizationCode', 'code-1'))?.consumedAt).toStrictEqual(now)
  })

  it('is kept once where it may be shown once, by one of any number of callers, until it has expired', async () => {
    const once = { kind: 'ReplayDetection', id: 'jti-1', isOnce: true }
    const wins = await Promise.all([1, 2, 3, 4].map(() => save(once)))
    expect(wins.filter(Boolean)).toHaveLength(1)
    expect(await save({ ...once, now: addSeconds(now, 59) })).toBe(false)
    expect(await save({ ...once, now: addSeconds(now, 60), expiresAt: addSeconds(now, 120) })).toBe(true)
  })

  it('does not show a bearer value or what is inside to a reader of the database', async () => {
    const id = 'a-bearer-value-that-must-stay-secret'
    await save({ kind: 'RefreshToken', id, payload: { jti: id, scope: 'a-scope-in-the-payload' } })
    const rows = await database.db.reader
      .selectFrom('artifacts')
      .selectAll()
      .where('kind', '=', 'RefreshToken')
      .execute()
    const stored = rows.map((row) => Buffer.from(row.sealed_payload).toString('latin1') + JSON.stringify(row)).join()
    expect(stored).not.toContain(id)
    expect(stored).not.toContain('a-scope-in-the-payload')
    expect((await find('RefreshToken', id))?.payload).toMatchObject({ scope: 'a-scope-in-the-payload' })
  })

  it('is not there for another workspace or tenant', async () => {
    await save({ kind: 'AccessToken', id: 'at-1' })
    expect(await find('AccessToken', 'at-1', { ...home, workspaceId: 'system' })).toBeUndefined()
    expect(await find('AccessToken', 'at-1', { ...home, tenantId: 'other' })).toBeUndefined()
    expect(await find('RefreshToken', 'at-1')).toBeUndefined()
  })

  it('goes with its grant, also what is not stored; a sign-in under way that remembers the grant goes on', async () => {
    for (const kind of ['Grant', 'AccessToken', 'RefreshToken', 'AuthorizationCode', 'Interaction']) {
      await save({ kind, id: kind === 'Grant' ? 'grant-1' : `${kind}-of-1`, payload: { grantId: 'grant-1' } })
    }
    expect(await isTokenRevoked(database.db.reader, 'jwt-1', 'grant-1')).toBe(false)
    await database.db.transaction((tx) => revokeGrant(tx, 'grant-1', now))
    for (const kind of ['AccessToken', 'RefreshToken', 'AuthorizationCode']) {
      expect([kind, await find(kind, `${kind}-of-1`)]).toStrictEqual([kind, undefined])
    }
    expect(await find('Grant', 'grant-1')).toBeUndefined()
    expect(await find('Interaction', 'Interaction-of-1')).toBeDefined()
    expect(await isTokenRevoked(database.db.reader, 'jwt-1', 'grant-1')).toBe(true)
    expect(await isTokenRevoked(database.db.reader, 'jwt-2', 'grant-2')).toBe(false)
  })

  it('is removed when its time has passed, and not before', async () => {
    await save({ kind: 'AccessToken', id: 'short', expiresAt: addSeconds(now, 10) })
    await save({ kind: 'AccessToken', id: 'long', expiresAt: addSeconds(now, 1000) })
    await database.db.transaction((tx) => deleteExpired(tx, addSeconds(now, 11), 1000))
    expect(await find('AccessToken', 'short')).toBeUndefined()
    expect(await find('AccessToken', 'long')).toBeDefined()
  })
})

describeMultiConnection('a rotation under way while its grant is revoked', () => {
  it('ends revoked, what it made included (RT08)', async () => {
    const { db } = database
    const ofGrant = { kind: 'RefreshToken', payload: { grantId: 'grant-raced' } }
    await save({ ...ofGrant, id: 'old' })
    const consumed = Promise.withResolvers<void>()
    const revoking = consumed.promise.then(() => db.transaction((tx) => revokeGrant(tx, 'grant-raced', now)))
    const revokerWaits = consumed.promise.then(() =>
      vi.waitFor(async () => {
        const { rows } = await sql`
          select 1 from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock' and query like 'delete from "artifacts"%'
        `.execute(db.reader)
        expect(rows).toHaveLength(1)
      }, 5000),
    )
    await db.transaction(async (tx) => {
      expect(await consumeArtifact(tx, 'RefreshToken', 'old', now)).toBe(true)
      consumed.resolve()
      await revokerWaits
      await saveArtifact(tx, vault, home, { ...ofGrant, id: 'new', now, expiresAt: addSeconds(now, 60) })
    })
    await revoking
    expect(await find('RefreshToken', 'old')).toBeUndefined()
    expect(await find('RefreshToken', 'new')).toBeUndefined()
  })
})
