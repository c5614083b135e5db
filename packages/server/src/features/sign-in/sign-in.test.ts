import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Browser, authorization, redeem, signIn } from '../../testing/browser.ts'
import { guidOf, legacyHasher, openServer } from '../../testing/open-server.ts'
import type { TestServer } from '../../testing/open-server.ts'
import { make, toColumns } from '../../protocol/password-hash/index.ts'
import { systemRandom } from '../../platform/random/index.ts'

let house: TestServer

beforeAll(async () => {
  const hash = async (password: string) => {
    const columns = toColumns(await make({ format: 'aspnet-identity' }, password, systemRandom.bytes))
    return { hash: columns?.hash ?? '', format: 'aspnet-identity' }
  }
  house = await openServer({
    legacyRows: [
      { id: 'a1', biller: '1', username: 'Legacy.Lena', email: 'lena@old.example', ...(await hash('legacy-lena-password')) },
      { id: 'a2', biller: '1', username: 'locked.lou', isLocked: true, ...(await hash('locked-lou-password')) },
      { id: 'a3', biller: '1', username: 'disabled.dee', isDisabled: true, ...(await hash('disabled-dee-password')) },
      { id: 'b1', biller: '2', username: 'both.bo', email: 'bo@both.example', ...(await hash('both-bo-legacy-password')) },
      { id: 'a4', biller: '1', username: 'change.chas', mustChange: true, ...(await hash('change-chas-password')) },
    ],
  })
  await house.server.scan()
  await house.addPoolUser({ biller: 'both', username: 'both.bo', password: 'both-bo-pool-password', email: 'bo@both.example' })
  await house.addPoolUser({ biller: 'newtown', username: 'new.nia', password: 'new-nia-password', email: 'nia@new.example' })
  await house.addPoolUser({ biller: 'newtown', username: 'off.olga', password: 'off-olga-password', status: 'inactive' })
  await house.addPoolUser({ biller: 'newtown', username: 'change.cy', password: 'change-cy-password', state: 'must_be_changed' })
  await house.addPoolUser({ biller: 'newtown', username: 'reset.rae', password: 'reset-rae-password', state: 'must_be_reset', email: 'rae@new.example' })
})

afterAll(() => house.close())

const claimsOf = (token: unknown): Record<string, unknown> =>
  JSON.parse(Buffer.from(String(token).split('.')[1] ?? '', 'base64url').toString('utf8')) as Record<string, unknown>

describe('signing in', () => {
  it('takes a legacy user through the legacy store and gives the application tokens', async () => {
    const browser = new Browser(house.server.app)
    const { code, verifier, page } = await signIn(browser, 'legacy.lena', 'legacy-lena-password')
    expect(page.url).toContain('http://portal.localhost:4100/callback')
    const tokens = await redeem(house.server.app, code ?? '', verifier)
    expect(tokens.status).toBe(200)
    expect(claimsOf(tokens.body['id_token'])).toMatchObject({
      organization_id: 'oldtown',
      preferred_username: 'Legacy.Lena',
      sign_in_route: 'legacy',
      biller_guid: guidOf('oldtown'),
    })
  })
})
