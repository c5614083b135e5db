import { afterAll, beforeAll, expect, it } from 'vitest'
import { systemRandom } from '../../platform/random/index.ts'
import { openServer } from '../../testing/open-server.ts'
import type { TestServer } from '../../testing/open-server.ts'
import { organizationId } from '../tenancy/index.ts'
import { userId } from '../users/index.ts'
import { issueUserCode } from './user-code.ts'

let house: TestServer
beforeAll(async () => {
  house = await openServer()
})
afterAll(() => house.close())

it('a running server deletes codes whose time is over, and keeps those that can be used', async () => {
  const issue = (purpose: 'activation' | 'challenge', lifeSeconds: number) =>
    house.db.transaction((tx) =>
      issueUserCode(
        tx,
        { clock: house.clock, random: systemRandom, vault: house.vault },
        {
          purpose,
          tenantId: 'harbor',
          organizationId: organizationId('acme'),
          userId: userId(systemRandom.uuid()),
          addressId: undefined,
          subjectKey: Buffer.from(purpose),
          rules: { digits: 6, lifeSeconds },
        },
      ),
    )
  await issue('challenge', 60)
  const kept = await issue('activation', 3600)
  house.clock.move({ seconds: 61 })
  await house.server.tidy()
  const left = await house.db.reader.selectFrom('one_time_codes').select('code_id').execute()
  expect(left).toEqual([{ code_id: kept.codeId }])
})
