import { rename } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { authorization, Browser, signIn } from '../../testing/browser.ts'
import type { Page } from '../../testing/browser.ts'
import { legacyHasher, openServer } from '../../testing/open-server.ts'
import type { TestServer } from '../../testing/open-server.ts'
import { toColumns } from '../../protocol/password-hash/index.ts'
import { systemRandom } from '../../platform/random/index.ts'

const wrongText = 'That username and password do not match.'
const partialText = 'One of our sign-in services is not answering'

async function legacyRow(id: string, biller: string, username: string, password: string) {
  const stored = await legacyHasher.makeLike(password, '$2b$04$abcdefghijklmnopqrstuuxPdHsLGzn1TYCjyUyd5sdIfsS6ESrXe')
  const columns = toColumns(stored ?? '')
  if (!columns) throw new Error('no hash was made')
  const { hash, salt, format } = columns
  return { id, biller, username, hash, format, ...(salt === undefined ? {} : { salt }) }
}

/** One person of each kind; the shard holds the legacy ones. */
async function peopled(refusalMilliseconds?: number): Promise<TestServer> {
  const house = await openServer({
    ...(refusalMilliseconds === undefined ? {} : { refusalMilliseconds }),
    legacyRows: [
      await legacyRow('a1', '1', 'legacy.lena', 'legacy-lena-password'),
      { ...(await legacyRow('a2', '1', 'locked.lou', 'locked-lou-password')), isLocked: true },
      { ...(await legacyRow('a3', '1', 'disabled.dee', 'disabled-dee-password')), isDisabled: true },
    ],
  })
  await house.server.scan(0)
  await house.addPoolUser({
    biller: 'newtown',
    username: 'new.nia',
    password: 'new-nia-password',
    email: 'nia@new.example',
  })
  return house
}
const classes = ['legacy.lena', 'new.nia', 'nobody.here', 'locked.lou', 'disabled.dee'] as const

/** What may differ between two answers: numbers of the request and of the flow, the name. */
const bytesOf = (page: Page, name: string): string =>
  page.body
    .replaceAll(name, 'NAME')
    .replaceAll(/sign-in\/[\w-]{20,}/g, 'sign-in/FLOW')
    .replaceAll(/nonce="[^"]*"/g, 'nonce=""')

async function refused(house: TestServer, name: string, extra: Record<string, string> = {}): Promise<Page> {
  return (await signIn(new Browser(house.server.app), name, 'not-the-password', extra)).page
}

describe('a refused password', () => {
  let house: TestServer
  beforeAll(async () => {
    house = await peopled()
  })
  afterAll(() => house.close())

  it('is answered by a page of its own address: reloading it and going back send nothing again', async () => {
    const browser = new Browser(house.server.app)
    const { page } = await signIn(browser, 'new.nia', 'not-the-password')
    expect(page.url).toMatch(/\/sign-in\/[\w-]+$/)
    const failures = () =>
      house.db.reader.selectFrom('audit_events').select('event_id').where('action', '=', 'failed').execute()
    const before = await failures()
    const again = await browser.get(page.url)
    expect(bytesOf(again, 'new.nia')).toBe(bytesOf(page, 'new.nia'))
    expect(await failures()).toHaveLength(before.length)
    // The page after another name says nothing of the refusal.
    const back = await browser.get(`${page.url}/username`)
    const fresh = await browser.submit(back, { username: 'new.nia' }, '/username')
    expect(fresh.body).not.toContain(wrongText)
  })

  it('says the same extra sentence for every name while a store is out of reach, and none before and after (EN01)', async () => {
    expect(bytesOf(await refused(house, 'new.nia'), 'new.nia')).not.toContain(partialText)
    await rename(house.shardFile, `${house.shardFile}.away`)
    for (let checks = 0; checks < 3; checks += 1) await house.server.checkStores()
    const pages = await Promise.all(classes.map(async (name) => bytesOf(await refused(house, name), name)))
    expect(pages[0]).toContain(partialText)
    expect(pages[0]).toContain(wrongText)
    for (const page of pages) expect(page).toBe(pages[0])
    // Where the address fixes an organization, only its own store matters.
    expect((await refused(house, 'new.nia', { organization: 'newtown' })).body).not.toContain(partialText)
    expect((await refused(house, 'new.nia', { organization: 'oldtown' })).body).toContain(partialText)
    await rename(`${house.shardFile}.away`, house.shardFile)
    const [store] = house.server.stores.values()
    await vi.waitFor(
      async () => {
        await house.server.checkStores()
        expect(store?.isReachable).toBe(true)
      },
      { timeout: 8000, interval: 100 },
    )
    expect(bytesOf(await refused(house, 'legacy.lena'), 'legacy.lena')).not.toContain(partialText)
  })

  it('that found a store away says so only to whoever asks next, so that a name does not show its own store (EN04)', async () => {
    await rename(house.shardFile, `${house.shardFile}.away`)
    const said = []
    for (let tries = 0; tries < 4; tries += 1)
      said.push((await refused(house, 'legacy.lena')).body.includes(partialText))
    expect(said).toStrictEqual([false, false, false, true])
  })
})

describe('the deadline of refusals', () => {
  let house: TestServer
  let measured: TestServer
  beforeAll(async () => {
    house = await peopled(400)
    measured = await openServer({ refusalMilliseconds: undefined })
  })
  afterAll(async () => {
    await house.close()
    await measured.close()
  })

  /** Asks, waits until everything is written, and tells whether the answer waited for the clock. */
  async function waits(at: TestServer, ask: () => Promise<Page>): Promise<Page> {
    const written = async (): Promise<number> =>
      (await at.db.reader.selectFrom('audit_events').select('event_id').execute()).length
    const before = await written()
    let isAnswered = false
    const answer = ask().finally(() => (isAnswered = true))
    while ((await written()) === before) await setImmediate()
    for (let turns = 0; turns < 50; turns += 1) await setImmediate()
    expect(isAnswered).toBe(false)
    at.clock.move({ milliseconds: 400 })
    return answer
  }

  it('is the same for a password, a forgotten password, a code and a forgotten username (EN02)', async () => {
    const browser = new Browser(house.server.app)
    const first = await browser.get(authorization().url)
    const path = new URL(first.url).pathname
    const password = await browser.submit(first, { username: 'nobody.here' }, '/username')
    await waits(house, () => browser.submit(password, { password: 'wrong' }, '/password'))
    const forgot = await browser.get(`${path}/forgot-password`)
    const code = await waits(house, () => browser.submit(forgot, { username: 'nobody.here' }, '/forgot-password'))
    await waits(house, () =>
      browser.submit(code, { code: '000000', new_password: 'three calm herons wait' }, '/reset-password'),
    )
    const username = await browser.get(`${path}/forgot-username`)
    const sent = await waits(house, () => browser.submit(username, { email: 'who@new.example' }, '/forgot-username'))
    expect(sent.status).toBe(200)
  })

  it('is measured with every prover there is, and shared with the other processes', async () => {
    expect(measured.server.refusals.milliseconds).toBe(400)
    await measured.db.transaction((tx) =>
      tx
        .insertInto('refusal_measurements')
        .values({ node_id: systemRandom.uuid(), slowest_ms: 600, measured_at: measured.clock.now() })
        .execute(),
    )
    await measured.server.calibrate(2)
    const rows = await measured.db.reader.selectFrom('refusal_measurements').select('slowest_ms').execute()
    // The clock stands still, so that this process measured nothing at all; the other one decides.
    expect(rows.map((row) => row.slowest_ms).toSorted((one, other) => one - other)).toStrictEqual([0, 600])
    expect(measured.server.refusals.milliseconds).toBe(900)
  })
})
