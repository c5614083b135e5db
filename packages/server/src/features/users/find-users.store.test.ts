import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testDatabase } from '../../platform/db/testing/index.ts'
import type { TestDatabase } from '../../platform/db/testing/index.ts'
import { poolId } from '../pools/index.ts'
import { organizationId } from '../tenancy/index.ts'
import { selectUsersByKey } from './find-users.store.ts'
import type { KeyPage } from './find-users.store.ts'

let database: TestDatabase
const people = 60
const idOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`

/** `many-n` is everybody, `late-n` the second half; every tenth has a city. */
beforeAll(async () => {
  database = await testDatabase()
  await database.db.transaction(async (tx) => {
    await sql`
      insert into users (organization_id, user_id, tenant_id, pool_id, status, payload, created_at, updated_at, status_updated_at)
      select 'acme', ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'harbor', 'staff', 'active',
        case when n % 10 = 0 then '{"city":"Bern"}'::jsonb else '{}'::jsonb end, now(), now(), now()
      from generate_series(0, ${people - 1}::integer) n`.execute(tx)
    for (const [name, from] of Object.entries({ many: 0, late: people / 2 })) {
      await sql`
        insert into identifiers
          (organization_id, pool_id, type, canonical, identifier, identifier_id, user_id, created_at, updated_at)
        select 'acme', 'staff', 'external', ${name}::text || '-' || n, ${name}::text || '-' || n, gen_random_uuid(),
          ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, now(), now()
        from generate_series(${from}::integer, ${people - 1}::integer) n`.execute(tx)
    }
  })
})
afterAll(() => database.close())

/** Every way of looking: all matches at hand; a walk that is soon over; a walk that gives up. */
describe.each([
  ['collected', { rare: 10_000, walked: 1 }],
  ['walked', { rare: 5, walked: people }],
  ['walked in vain', { rare: 5, walked: 2 }],
])('a page of users by key, %s', (_, most) => {
  const page = async (userKey: string, more: Partial<KeyPage> = {}) => {
    const asked = { organizationId: organizationId('acme'), poolId: poolId('staff'), descending: false, limit: 3 }
    const rows = await selectUsersByKey(database.db.reader, { ...asked, userKey, ...more }, most)
    return rows.map((row) => Number(row.user_id.slice(-12)))
  }

  it('is the same page', async () => {
    expect(await page('many')).toEqual([0, 1, 2])
    expect(await page('many', { descending: true })).toEqual([59, 58, 57])
    expect(await page('many', { afterId: idOf(17) })).toEqual([18, 19, 20])
    expect(await page('many', { afterId: idOf(17), descending: true })).toEqual([16, 15, 14])
    expect(await page('many', { afterId: idOf(17), beforeId: idOf(19) })).toEqual([18])
    expect(await page('many', { afterId: idOf(58) })).toEqual([59])
    expect(await page('many', { afterId: idOf(59) })).toEqual([])
    expect(await page('late')).toEqual([30, 31, 32])
    expect(await page('9')).toEqual([9, 19, 29])
    expect(await page('-42')).toEqual([42])
    expect(await page(idOf(7))).toEqual([7])
    expect(await page('nobody')).toEqual([])
    expect(await page('many', { payload: { city: 'Bern' } })).toEqual([0, 10, 20])
    expect(await page('late', { payload: { city: 'Bern' }, afterId: idOf(30) })).toEqual([40, 50])
    expect(await page('many', { metadata: { city: 'Bern' } })).toEqual([])
  })

  it('is never of another pool or organization', async () => {
    expect(await page('many', { poolId: poolId('other') })).toEqual([])
    expect(await page('many', { organizationId: organizationId('other') })).toEqual([])
  })
})
