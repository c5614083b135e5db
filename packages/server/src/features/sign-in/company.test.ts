import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authorization, Browser } from '../../testing/browser.ts'
import type { Page } from '../../testing/browser.ts'
import { guidOf, openServer, tenantId } from '../../testing/open-server.ts'
import type { TestServer } from '../../testing/open-server.ts'
import { findOrganization, updateOrganization } from '../tenancy/index.ts'

let house: TestServer
beforeAll(async () => {
  house = await openServer()
  const list = async (id: string, domains: readonly string[]): Promise<void> => {
    const organization = await findOrganization(house.db.reader, tenantId, id)
    if (!organization) throw new Error('no such organization')
    await house.db.transaction((tx) => updateOrganization(tx, { ...organization, domains }))
  }
  await list('oldtown', ['Oldtown-Water.example', 'shared.example'])
  await list('both', ['shared.example', 'xn--bcher-kva.example'])
})
afterAll(() => house.close())

async function ask(company: string): Promise<{ readonly page: Page; readonly browser: Browser }> {
  const browser = new Browser(house.server.app)
  const first = await browser.get(authorization().url)
  const form = await browser.get(`${new URL(first.url).pathname}/company`)
  return { browser, page: await browser.submit(form, { company }, '/company') }
}

describe('"My company signs in elsewhere"', () => {
  it.each([
    ['the address of the biller', `http://localhost:4000/b/${guidOf('oldtown')}`],
    ['its path in capitals', `/B/${guidOf('oldtown').toUpperCase()}/`],
    ['its GUID', guidOf('oldtown')],
    ['its short name', ' Oldtown '],
    ['an e-mail address in its domain, whoever has it', 'nobody.at.all@oldtown-water.EXAMPLE'],
    ['its domain', 'oldtown-water.example'],
    ['its web site', 'https://oldtown-water.example/contact?x=1'],
  ])('leads from %s to its own address', async (_what, typed) => {
    const { page } = await ask(typed)
    expect(page.status).toBe(200)
    expect(page.url).toMatch(new RegExp(`/company/${guidOf('oldtown')}$`))
    expect(page.body).toContain('Oldtown Water')
    expect(page.body).toContain(`href="/b/${guidOf('oldtown')}"`)
  })

  it('leads on to a sign-in in which the organization is fixed and nothing asks for a company again', async () => {
    const { browser } = await ask('oldtown')
    const portal = await browser.get(`/b/${guidOf('oldtown')}`)
    expect(new URL(portal.url).searchParams.get('organization')).toBe('oldtown')
    const bare = await browser.get(authorization().url)
    const fixed = await browser.get(authorization({ organization: 'oldtown' }).url)
    expect(bare.body).toContain('/company"')
    expect(fixed.body).not.toContain('/company"')
  })

  it('understands a domain that is not in ASCII', async () => {
    expect((await ask('jane@bücher.example')).page.url).toContain(guidOf('both'))
  })

  it('answers the same for a company that is unknown, switched off, of another workspace, or meant by two (EN01)', async () => {
    await house.db.transaction((tx) =>
      tx
        .updateTable('billers')
        .set({ is_custom_url_enabled: false })
        .where('organization_id', '=', 'newtown')
        .execute(),
    )
    const bytes = async (typed: string): Promise<string> => {
      const { page } = await ask(typed)
      expect(page.status).toBe(422)
      return page.body
        .replaceAll(typed, 'TYPED')
        .replaceAll(/sign-in\/[\w-]{20,}/g, 'sign-in/FLOW')
        .replaceAll(/nonce="[^"]*"/g, '')
    }
    const unknown = await bytes('nowhere')
    expect(unknown).toContain('We do not know a company by that')
    for (const typed of [
      'newtown',
      guidOf('newtown'),
      'system',
      '99999999-9999-4999-8999-999999999999',
      'jane@shared.example',
      'water.example',
      '%',
      'oldtown-water.example@elsewhere.example',
      'x'.repeat(2000),
    ]) {
      expect(await bytes(typed)).toBe(unknown)
    }
    expect((await ask('')).page.body).toContain('Enter your company address')
  })

  it('finds companies, never people: no user, name or store is looked at', async () => {
    await house.addPoolUser({ biller: 'both', username: 'jane@oldtown-water.example', password: 'a calm heron waits' })
    expect((await ask('jane@oldtown-water.example')).page.url).toContain(guidOf('oldtown'))
    expect((await ask('jane')).page.status).toBe(422)
  })

  it('works for a GUID in the address as it does in the form', async () => {
    const { browser, page } = await ask('oldtown')
    const missing = page.url.replace(guidOf('oldtown'), '99999999-9999-4999-8999-999999999999')
    expect((await browser.get(missing)).status).toBe(404)
  })
})
