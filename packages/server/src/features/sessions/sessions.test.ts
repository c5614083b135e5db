import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemRandom } from '../../platform/random/index.ts'
import { Browser, authorization } from '../../testing/browser.ts'
import { openProtocol, partsOf, password, portalApi } from '../../testing/open-protocol.ts'
import type { Protocol } from '../../testing/open-protocol.ts'
import { tenantId } from '../../testing/open-server.ts'
import { organizationId, saveSessionSettings } from '../tenancy/index.ts'
import type { SessionSettings } from '../tenancy/index.ts'
import type { User } from '../users/index.ts'
import { endAllSessions, endOneSession, endOverdueSessions, findSession, suspendOrganization } from './index.ts'
import type { EndNeeds } from './index.ts'

let protocol: Protocol
const told: unknown[] = []
let needs: EndNeeds
const app = () => protocol.house.server.app
const home = organizationId('newtown')
const facts = { requestId: 'test', ipAddress: '192.0.2.9', userAgent: 'test' }
const hour = 3600

beforeAll(async () => {
  protocol = await openProtocol()
  needs = {
    clock: protocol.house.clock,
    random: systemRandom,
    async announceLogout(_tx, _organization, of) {
      told.push(of)
    },
  }
})
afterAll(() => protocol.close())

const settings = (given: SessionSettings) =>
  protocol.house.db.transaction((tx) => saveSessionSettings(tx, tenantId, { organizationId: home }, given))

/** One browser of a person, with tokens of both kinds. */
async function signedIn(name: string, fields: Readonly<Record<string, string>> = {}) {
  const browser = new Browser(app())
  const first = await browser.get(authorization({ organization: home }).url)
  const second = await browser.submit(first, { username: name }, '/username')
  const done = await browser.submit(second, { password, ...fields }, '/password')
  expect(new URL(done.url).searchParams.get('code')).not.toBeNull()
  const tokens = await protocol.tokensFor(browser, { organization: home })
  const jwt = await protocol.tokensFor(browser, {
    organization: home,
    resource: portalApi,
    scope: 'openid invoices:read',
  })
  const uid = String(partsOf(jwt['access_token']).claims['sid'])
  const row = async () => (await findSession(protocol.house.db.reader, home, uid))?.session
  const stands = async () => {
    const page = await browser.get(authorization({ prompt: 'none' }).url)
    return {
      browser: new URL(page.url).searchParams.get('code') !== null,
      opaque: (await protocol.userinfo(tokens['access_token'])).statusCode === 200,
      jwt: (await protocol.userinfo(jwt['access_token'])).statusCode === 200,
    }
  }
  return { browser, uid, row, stands, refreshToken: tokens['refresh_token'] }
}
const alive = { browser: true, opaque: true, jwt: true }
const dead = { browser: false, opaque: false, jwt: false }

const personCalled = (name: string): Promise<User> =>
  protocol.house.addPoolUser({ biller: 'newtown', username: name, password })
const endingOf = (user: User) => ({ organizationId: home, userId: user.userId, by: user.userId, facts }) as const

const reasonsOf = async (uid: string) => {
  const rows = await protocol.house.db.reader
    .selectFrom('audit_events')
    .select('reason')
    .where('session_id', '=', uid)
    .where('action', '=', 'revoked')
    .execute()
  return rows.map(({ reason }) => reason)
}

describe('ending sessions', () => {
  it('one of several ends with its refresh token and its tokens at the next request; the others stand (SE09)', async () => {
    const user = await personCalled('end.one')
    const [one, other] = [await signedIn('end.one'), await signedIn('end.one')]
    const end = (uid: string) =>
      protocol.house.db.transaction((tx) =>
        endOneSession(tx, needs, { ...endingOf(user), reason: 'ended_by_user' }, uid),
      )
    expect(await end(one.uid)).toBe(true)
    expect(await one.stands()).toStrictEqual(dead)
    expect((await protocol.refresh(one.refreshToken)).status).toBe(400)
    expect(await other.stands()).toStrictEqual(alive)
    expect(await reasonsOf(one.uid)).toStrictEqual(['session.ended_by_user'])
    expect(told).toContainEqual({ sessionUid: one.uid })
    // A second time, or of somebody else, it is nothing.
    expect(await end(one.uid)).toBe(false)
    const stranger = await personCalled('end.stranger')
    const foreign = protocol.house.db.transaction((tx) =>
      endOneSession(tx, needs, { ...endingOf(stranger), reason: 'ended_by_user' }, other.uid),
    )
    expect(await foreign).toBe(false)
    expect(await other.stands()).toStrictEqual(alive)
  })

  it('all others end, refresh tokens with them, and the kept one goes on (SE09)', async () => {
    const user = await personCalled('end.others')
    const [kept, other] = [await signedIn('end.others'), await signedIn('end.others')]
    const count = await protocol.house.db.transaction((tx) =>
      endAllSessions(tx, needs, { ...endingOf(user), reason: 'others_ended_by_user' }, kept.uid),
    )
    expect(count).toBe(1)
    expect(await other.stands()).toStrictEqual(dead)
    expect(await kept.stands()).toStrictEqual(alive)
    expect((await protocol.refresh(kept.refreshToken)).status).toBe(200)
    expect((await protocol.refresh(other.refreshToken)).status).toBe(400)
  })

  it('a suspended organization ends all of them, and its people are refused like anybody unknown', async () => {
    await personCalled('end.suspended')
    const one = await signedIn('end.suspended')
    const suspend = (isSuspended: boolean) =>
      suspendOrganization(protocol.house.db, needs, { tenantId, organizationId: home }, isSuspended, facts)
    await suspend(true)
    await suspend(true)
    try {
      expect(await one.stands()).toStrictEqual(dead)
      expect((await protocol.refresh(one.refreshToken)).status).toBe(400)
      const browser = new Browser(app())
      const page = await browser.submit(
        await browser.get(authorization().url),
        { username: 'end.suspended' },
        '/username',
      )
      const refused = await browser.submit(page, { password }, '/password')
      expect(refused.body).toContain('That username and password do not match.')
      expect(await endOverdueSessions(protocol.house.db, needs, 1000)).toBeGreaterThan(0)
      expect(await reasonsOf(one.uid)).toStrictEqual(['session.organization_suspended'])
    } finally {
      await suspend(false)
    }
    expect(await one.stands()).toStrictEqual(dead)
    await signedIn('end.suspended')
  })
})

describe('a session by the policy of its organization', () => {
  it('ends unused, and only a visit of the person is a use: refreshing, userinfo and silent requests are not (SE10)', async () => {
    await settings({ idleSeconds: hour })
    try {
      await personCalled('idle.ida')
      const one = await signedIn('idle.ida')
      protocol.passTime(hour - 10)
      await one.browser.get(authorization().url)
      protocol.passTime(hour - 10)
      expect(await one.stands()).toMatchObject({ browser: true })
      let token = (await protocol.refresh(one.refreshToken)).body['refresh_token']
      await one.browser.get(authorization().url, { 'sec-fetch-dest': 'iframe' })
      protocol.passTime(9)
      token = (await protocol.refresh(token)).body['refresh_token']
      expect(token).toBeDefined()
      protocol.passTime(1)
      expect(await one.stands()).toStrictEqual(dead)
      expect((await protocol.refresh(token)).status).toBe(400)
      expect(await endOverdueSessions(protocol.house.db, needs, 1000)).toBeGreaterThan(0)
      expect(await reasonsOf(one.uid)).toStrictEqual(['session.idle'])
      expect((await one.row())?.endedAt).toBeDefined()
    } finally {
      await settings({})
    }
  })

  it('notes a visit at most once a minute', async () => {
    await personCalled('seen.sara')
    const one = await signedIn('seen.sara')
    const began = (await one.row())?.lastSeenAt
    protocol.passTime(59)
    await one.browser.get(authorization().url)
    expect((await one.row())?.lastSeenAt).toStrictEqual(began)
    protocol.passTime(1)
    await one.browser.get(authorization().url)
    expect((await one.row())?.lastSeenAt).toStrictEqual(protocol.house.clock.now())
  })

  it('is judged by the policy of this moment: one made stricter counts at the next request', async () => {
    await personCalled('strict.stan')
    const one = await signedIn('strict.stan')
    protocol.passTime(1800)
    expect(await one.stands()).toMatchObject({ browser: true })
    await settings({ absoluteSeconds: 900 })
    expect(await one.stands()).toStrictEqual(dead)
    await settings({})
  })

  it('is one of at most so many of a person, and the one used longest ago makes room (SE12)', async () => {
    await settings({ mostSessions: 2 })
    try {
      await personCalled('many.mia')
      const first = await signedIn('many.mia')
      protocol.passTime(70)
      const second = await signedIn('many.mia')
      protocol.passTime(70)
      await first.browser.get(authorization().url)
      const third = await signedIn('many.mia')
      expect(await second.stands()).toStrictEqual(dead)
      expect(await reasonsOf(second.uid)).toStrictEqual(['session.over_limit'])
      expect([await first.stands(), await third.stands()]).toMatchObject([{ browser: true }, alive])
    } finally {
      await settings({})
    }
  })

  it('keeps to that number when five sign in at the same moment (SE12)', async () => {
    await settings({ mostSessions: 2 })
    try {
      const user = await personCalled('race.rae')
      const proved = await Promise.all(
        Array.from({ length: 5 }, async () => {
          const browser = new Browser(app())
          const page = await browser.get(authorization().url)
          return { browser, page: await browser.submit(page, { username: 'race.rae' }, '/username') }
        }),
      )
      await Promise.all(proved.map(({ browser, page }) => browser.submit(page, { password }, '/password')))
      const open = await protocol.house.db.reader
        .selectFrom('sessions')
        .select('session_uid')
        .where('user_id', '=', user.userId)
        .where('ended_at', 'is', null)
        .execute()
      expect(open).toHaveLength(2)
    } finally {
      await settings({})
    }
  })
})

describe('“Stay signed in”', () => {
  const cookieOf = async (name: string, fields: Readonly<Record<string, string>>) => {
    const one = await signedIn(name, fields)
    const visit = await app().inject({
      url: authorization().url,
      headers: { cookie: [...one.browser.cookies].map(([key, value]) => `${key}=${value}`).join('; ') },
    })
    const cookies = [visit.headers['set-cookie'] ?? []].flat()
    return { ...one, cookie: cookies.find((cookie) => cookie.startsWith(`${tenantId}.portal.session=`)) ?? '' }
  }

  it('is offered only where the address’s organization or workspace allows it, whatever name is typed', async () => {
    const pageFor = async (extra: Readonly<Record<string, string>>, name: string) => {
      const browser = new Browser(app())
      return (await browser.submit(await browser.get(authorization(extra).url), { username: name }, '/username')).body
    }
    await personCalled('stay.offer')
    await settings({ mayStaySignedIn: true })
    try {
      expect(await pageFor({ organization: home }, 'stay.offer')).toContain('name="stay_signed_in"')
      expect(await pageFor({ organization: home }, 'nobody.at.all')).toContain('name="stay_signed_in"')
      // The bare address does not show by the box whose name was typed.
      expect(await pageFor({}, 'stay.offer')).not.toContain('name="stay_signed_in"')
    } finally {
      await settings({})
    }
    expect(await pageFor({ organization: home }, 'stay.offer')).not.toContain('name="stay_signed_in"')
  })

  it('keeps the tick when the password was wrong', async () => {
    await personCalled('stay.tick')
    await settings({ mayStaySignedIn: true })
    try {
      const browser = new Browser(app())
      const page = await browser.get(authorization({ organization: home }).url)
      const asked = await browser.submit(page, { username: 'stay.tick' }, '/username')
      expect(asked.body).not.toMatch(/name="stay_signed_in"[^>]* checked/)
      const refused = await browser.submit(asked, { password: 'wrong', stay_signed_in: 'yes' }, '/password')
      expect(refused.body).toMatch(/name="stay_signed_in"[^>]* checked/)
    } finally {
      await settings({})
    }
  })

  it('lasts weeks with a cookie that outlives the browser; without it the cookie goes with the window (F5)', async () => {
    await settings({ mayStaySignedIn: true })
    try {
      await personCalled('stay.stella')
      const plain = await cookieOf('stay.stella', {})
      expect(plain.cookie).not.toMatch(/expires=/i)
      const staying = await cookieOf('stay.stella', { stay_signed_in: 'yes' })
      expect(staying.cookie).toMatch(/expires=/i)
      expect(await staying.row()).toMatchObject({ isRemembered: true })
      protocol.passTime(13 * 24 * hour)
      expect(await staying.stands()).toMatchObject({ browser: true })
      expect(await plain.stands()).toMatchObject({ browser: false })
      await settings({})
      // No longer allowed: judged like any other from the next request on.
      expect(await staying.stands()).toMatchObject({ browser: false })
    } finally {
      await settings({})
    }
  })

  it('is nothing that a request can claim where it is not allowed', async () => {
    await personCalled('stay.sly')
    const sly = await cookieOf('stay.sly', { stay_signed_in: 'yes' })
    expect(sly.cookie).not.toMatch(/expires=/i)
    expect(await sly.row()).toMatchObject({ isRemembered: false })
    protocol.passTime(12 * hour)
    expect(await sly.stands()).toMatchObject({ browser: false })
  })
})

describe('a session cookie', () => {
  it('is not judged by what the browser says about itself: that is told by anybody (SE14)', async () => {
    await personCalled('print.pat')
    const one = await signedIn('print.pat')
    const page = await one.browser.get(authorization().url, { 'user-agent': 'something else entirely' })
    expect(new URL(page.url).searchParams.get('code')).not.toBeNull()
  })
})
