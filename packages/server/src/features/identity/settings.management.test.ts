import * as contract from '@gatehouse/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemRandom } from '../../platform/random/index.ts'
import { brandOf } from '../branding/index.ts'
import { createThrottle } from '../sign-in/index.ts'
import { findIssuer } from '../tenancy/index.ts'
import { openManagement } from './testing/open-management.ts'
import type { Management } from './testing/open-management.ts'

let management: Management
let ours: Awaited<ReturnType<Management['tenant']>>
beforeAll(async () => {
  management = await openManagement()
  ours = await management.tenant('ours')
})
afterAll(() => management.close())

describe('limits of tries', () => {
  const set = (more: object = {}) =>
    ours.call(contract.setBruteForceLimit, {
      body: { tenant_id: 'ours', protected_type: 'password', max_attempts: 2, block_duration: '1h0m0s', ...more },
    })
  const throttle = () =>
    createThrottle({
      db: management.db,
      clock: management.clock,
      secret: systemRandom.bytes(32),
      nameKeys: management.needs.nameKeys,
      rules: management.rules,
    })
  /** How many tries of one name pass before it must wait, and how long. */
  async function triesAt(tenantId: string): Promise<{ tries: number; waitSeconds: number }> {
    const one = throttle()
    const door = { tenantId, workspaceId: 'portal', organizationId: undefined }
    const subject = one.subjectOf(door, 'somebody')
    for (let tries = 0; ; tries += 1) {
      const outcome = await one.takeTry('password', subject, { ipAddress: '192.0.2.1', door })
      if (outcome.kind === 'allowed') continue
      return { tries, waitSeconds: outcome.untilSeconds - management.clock.nowSeconds() }
    }
  }

  it('act at once for the tenant that set them, for no other, and are gone when deleted', async () => {
    const platform = await triesAt('ours')
    expect(await set()).toMatchObject({ status: 201, body: { max_attempts: 2, block_duration: '1h0m0s' } })
    expect(await triesAt('ours')).toEqual({ tries: 2, waitSeconds: 3600 })
    expect(await triesAt('theirs')).toEqual(platform)
    const { body } = await ours.call(contract.listBruteForceLimits)
    expect(body.brute_force_limits).toMatchObject([{ protected_type: 'password', tenant_id: 'ours' }])
    const remove = () => ours.call(contract.deleteBruteForceLimit, { params: { protectedType: 'password' } })
    expect(await remove()).toMatchObject({ status: 204 })
    expect(await remove()).toMatchObject({ status: 404 })
    expect(await triesAt('ours')).toEqual(platform)
  })

  it.each([
    ['more tries than the platform gives', { max_attempts: 1000 }],
    ['a shorter wait than the platform’s', { block_duration: '1s' }],
    ['a wait of more than a day', { block_duration: '25h' }],
    ['something that is not tried', { protected_type: 'message' }],
    ['a word of every object', { protected_type: '__proto__' }],
    ['another tenant', { tenant_id: 'theirs' }],
  ])('are refused for %s', async (_what, more) => {
    expect(await set(more)).toMatchObject({ status: 422 })
    expect((await ours.call(contract.listBruteForceLimits)).body).toEqual({ brute_force_limits: [] })
  })
})

describe('themes', () => {
  const worn = async () => {
    const issuer = await findIssuer(management.db.reader, 'ours', 'portal')
    if (!issuer) throw new Error('there is no portal')
    return brandOf(issuer.workspace)
  }
  const bind = (themeID: string) => ours.call(contract.bindServerTheme, { params: { wid: 'portal', themeID } })

  it('are worn by the pages of the workspace that is bound, change with it, and are taken off again', async () => {
    const brand = { name: 'Harbor', colour: '#123456', help_email: 'help@harbor.example' }
    const made = await ours.call(contract.createTheme, { body: { tenant_id: 'ours', id: 'blue', name: 'Blue', brand } })
    expect(made).toMatchObject({ status: 201, body: { id: 'blue', brand } })
    const before = await worn()
    expect((await bind('blue')).body).toEqual({ server_id: 'portal', tenant_id: 'ours', theme_id: 'blue' })
    expect(await worn()).toMatchObject({ name: 'Harbor', colour: '#123456', help: { email: 'help@harbor.example' } })

    await ours.call(contract.updateTheme, {
      params: { themeID: 'blue' },
      body: { tenant_id: 'ours', brand: { colour: '#654321' } },
    })
    expect(await worn()).toMatchObject({ colour: '#654321', name: before.name })
    expect(await ours.call(contract.deleteTheme, { params: { themeID: 'blue' } })).toMatchObject({ status: 409 })

    const off = await ours.call(contract.unbindServerTheme, { params: { wid: 'portal' } })
    expect(off.body).toEqual({ server_id: 'portal', tenant_id: 'ours' })
    expect(await worn()).toEqual(before)
    expect(await ours.call(contract.deleteTheme, { params: { themeID: 'blue' } })).toMatchObject({ status: 204 })
  })

  it('are copied from another one where nothing else is said', async () => {
    await ours.call(contract.createTheme, {
      body: { tenant_id: 'ours', id: 'one', name: 'One', brand: { colour: '#010203' } },
    })
    const copy = await ours.call(contract.createTheme, {
      query: { source_theme_id: 'one' },
      body: { tenant_id: 'ours', id: 'two', name: 'Two' },
    })
    expect(copy.body).toMatchObject({ id: 'two', name: 'Two', brand: { colour: '#010203' } })
  })

  it.each([
    ['a colour that is none', { colour: 'red;}' }],
    ['an address of help that is no web page', { help_url: 'javascript:alert(1)' }],
  ])('are refused with %s', async (_what, brand) => {
    const body = { tenant_id: 'ours', id: 'bad', brand }
    expect(await ours.call(contract.createTheme, { body })).toMatchObject({ status: 400 })
    expect(await ours.call(contract.getTheme, { params: { themeID: 'bad' } })).toMatchObject({ status: 404 })
  })
})

describe('webhooks', () => {
  const params = { wid: 'portal' }
  const make = (body: object) => ours.call(contract.createWebhook, { params, body })

  it('show their key once, and keep it sealed', async () => {
    const made = await make({ webhook_id: 'news', url: 'https://news.example/in', events: { user: ['created'] } })
    expect(made).toMatchObject({ status: 201, body: { active: true, insecure: false } })
    const key = 'api_key' in made.body ? made.body.api_key : ''
    expect(key.length).toBeGreaterThan(30)
    const got = await ours.call(contract.getWebhook, { params: { ...params, webhookID: 'news' } })
    const list = await ours.call(contract.listServerWebhooks, { params })
    const events = await ours.call(contract.listAuditEvents, { params })
    expect(JSON.stringify([got.body, list.body, events.body])).not.toContain(key)
    expect(list.body.webhooks).toEqual([got.body])
    const [row] = await management.db.reader.selectFrom('webhooks').select('sealed_api_key').execute()
    expect(Buffer.from(row?.sealed_api_key ?? []).toString('latin1')).not.toContain(key)
  })

  it.each([
    ['http', 'http://news.example/'],
    ['an address of this machine', 'https://127.0.0.1/'],
    ['a name of this machine', 'https://localhost/'],
    ['the metadata of a cloud', 'https://169.254.169.254/'],
    ['IPv6 that is not public', 'https://[::1]/'],
    ['a user in it', 'https://user:pass@news.example/'],
    ['no address', 'news'],
  ])('are refused with %s, as the fetch that would ask it does', async (_what, url) => {
    expect(await make({ webhook_id: 'bad', url })).toMatchObject({ status: 422 })
    const got = await ours.call(contract.getWebhook, { params: { ...params, webhookID: 'bad' } })
    expect(got).toMatchObject({ status: 404 })
  })

  it.each([
    ['events that there are not', { events: { dragon: ['created'] } }],
    ['no proof of the other side', { insecure: true }],
    ['another server', { server_id: 'admin' }],
  ])('are refused with %s', async (_what, more) => {
    expect(await make({ webhook_id: 'bad', url: 'https://news.example/', ...more })).toMatchObject({ status: 422 })
  })

  it('change by revision and go', async () => {
    const at = { ...params, webhookID: 'news' }
    const change = (headers: Record<string, string>) =>
      ours.call(contract.updateWebhook, { params: at, body: { active: false }, headers })
    expect(await change({ 'if-match': '"1"' })).toMatchObject({ status: 200, body: { active: false } })
    expect(await change({ 'if-match': '"1"' })).toMatchObject({ status: 412 })
    expect(await ours.call(contract.deleteWebhook, { params: at })).toMatchObject({ status: 204 })
    expect(await ours.call(contract.getWebhook, { params: at })).toMatchObject({ status: 404 })
  })
})
