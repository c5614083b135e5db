import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testDatabase } from '../../platform/db/testing/index.ts'
import type { TestDatabase } from '../../platform/db/testing/index.ts'
import {
  findIssuer,
  findOrganization,
  insertOrganization,
  insertTenant,
  insertWorkspace,
  organizationId,
  selectOrganizations,
  updateOrganization,
} from './index.ts'
import type { Organization, OrganizationPage } from './index.ts'

let database: TestDatabase
const now = new Date('2026-11-21T08:00:00Z')

const organization = (tenantId: string, id: string, more: Partial<Organization> = {}): Organization => ({
  tenantId,
  organizationId: organizationId(id),
  workspaceId: 'portal',
  name: `Name of ${id}`,
  description: '',
  domains: ['acme.example'],
  metadata: { crm: 7 },
  brand: { colour: '#123456' },
  isTemplate: false,
  revision: 1,
  createdAt: now,
  updatedAt: now,
  ...more,
})

beforeAll(async () => {
  database = await testDatabase()
  await database.db.transaction(async (tx) => {
    for (const tenantId of ['harbor', 'staging', 'pages']) {
      await insertTenant(tx, tenantId, tenantId, now)
      for (const workspaceId of ['portal', 'admin']) {
        const workspace = { tenantId, workspaceId, name: workspaceId, kind: 'customer', brand: {} } as const
        await insertWorkspace(tx, { ...workspace, usernameScope: 'workspace' }, now)
      }
    }
    await insertOrganization(tx, organization('harbor', 'acme'))
    await insertOrganization(tx, organization('harbor', 'admin'))
    for (const id of ['a', 'b', 'c', 'd', 'e']) await insertOrganization(tx, organization('pages', id))
    await insertOrganization(tx, organization('pages', 'template', { isTemplate: true, name: '100% _Base_ \\' }))
  })
})
afterAll(() => database.close())

const issuer = (tenantId: string, segment: string) => findIssuer(database.db.reader, tenantId, segment)

describe('an issuer', () => {
  it('is a workspace, or an organization of one with its workspace', async () => {
    expect(await issuer('harbor', 'portal')).toMatchObject({
      workspace: { tenantId: 'harbor', workspaceId: 'portal' },
      organization: undefined,
      path: '/harbor/portal',
    })
    expect(await issuer('harbor', 'acme')).toMatchObject({
      workspace: { workspaceId: 'portal' },
      organization: { organizationId: 'acme' },
      path: '/harbor/acme',
    })
  })

  it('is the workspace where an organization has the same id', async () => {
    expect(await issuer('harbor', 'admin')).toMatchObject({
      workspace: { workspaceId: 'admin' },
      organization: undefined,
    })
  })

  it('of another tenant is not there, and neither is what differs in a letter', async () => {
    expect(await issuer('staging', 'acme')).toBeUndefined()
    expect(await issuer('nobody', 'portal')).toBeUndefined()
    expect(await issuer('harbor', 'Acme')).toBeUndefined()
    expect(await issuer('harbor', '')).toBeUndefined()
  })
})

describe('organizations', () => {
  const page = async (given: Partial<OrganizationPage>): Promise<string[]> =>
    (await selectOrganizations(database.db.reader, { tenantId: 'pages', descending: false, limit: 2, ...given })).map(
      (one) => one.organizationId,
    )

  it('are paged in both directions, each exactly once', async () => {
    expect(await page({})).toStrictEqual(['a', 'b'])
    expect(await page({ afterId: 'b' })).toStrictEqual(['c', 'd'])
    expect(await page({ afterId: 'd' })).toStrictEqual(['e', 'template'])
    expect(await page({ afterId: 'template' })).toStrictEqual([])
    expect(await page({ descending: true })).toStrictEqual(['template', 'e'])
    expect(await page({ descending: true, afterId: 'e' })).toStrictEqual(['d', 'c'])
    expect(await page({ afterId: 'a', beforeId: 'd', limit: 10 })).toStrictEqual(['b', 'c'])
  })

  it('are found by a part of their id or name, letter for letter', async () => {
    expect(await page({ searchPhrase: 'NAME OF C' })).toStrictEqual(['c'])
    expect(await page({ searchPhrase: '100% _' })).toStrictEqual(['template'])
    expect(await page({ searchPhrase: '%' })).toStrictEqual(['template'])
    expect(await page({ searchPhrase: '_' })).toStrictEqual(['template'])
    expect(await page({ searchPhrase: '\\' })).toStrictEqual(['template'])
    expect(await page({ isTemplate: true })).toStrictEqual(['template'])
  })

  it('of another tenant are not listed', async () => {
    expect(await page({ tenantId: 'staging' })).toStrictEqual([])
  })

  it('are stored and read as they were given', async () => {
    expect(await findOrganization(database.db.reader, 'harbor', 'acme')).toStrictEqual(organization('harbor', 'acme'))
  })

  it('are inserted once, and saved only over what was read', async () => {
    const { db } = database
    const again = organization('harbor', 'acme', { name: 'Other' })
    expect(await db.transaction((tx) => insertOrganization(tx, again))).toBe(false)
    const first = organization('harbor', 'acme', { name: 'First' })
    expect(await db.transaction((tx) => updateOrganization(tx, first))).toBe(true)
    expect(await db.transaction((tx) => updateOrganization(tx, again))).toBe(false)
    expect(await findOrganization(db.reader, 'harbor', 'acme')).toMatchObject({ name: 'First', revision: 2 })
  })
})
