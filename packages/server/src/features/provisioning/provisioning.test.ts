import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { movableClock } from '../../platform/clock/index.ts'
import { StartError } from '../../platform/config/index.ts'
import { testDatabase, describeMultiConnection } from '../../platform/db/testing/index.ts'
import type { TestDatabase } from '../../platform/db/testing/index.ts'
import { systemRandom } from '../../platform/random/index.ts'
import { findBiller } from '../billers/index.ts'
import { findClient, isSecretOf } from '../clients/index.ts'
import { findOrganization, findWorkspace, hostedPageOf, organizationId } from '../tenancy/index.ts'
import { provision, readProvisionFile } from './index.ts'
import type { Provision } from './index.ts'

let database: TestDatabase
let folder: string
beforeAll(async () => {
  database = await testDatabase()
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-provision-'))
})
afterAll(async () => {
  await database.close()
  await rm(folder, { recursive: true, force: true })
})

const clock = movableClock()
const secret = 'a-long-random-secret-of-a-client-0123456789'
const apply = (file: Provision): Promise<number> => provision({ db: database.db, clock, random: systemRandom }, file)
const hostedPage = {
  authorizationEndpoint: 'https://login.example:8443/acme/oauth2/authorize',
  issuer: 'https://login.example:8443/acme',
  clientId: 'gatehouse',
}
function sound(tenant: string): Provision {
  return {
    tenant: { id: tenant, name: 'Harbor' },
    workspaces: [{ id: 'portal', name: 'Portal', kind: 'customer', brand: { colour: '#123456' } }],
    resources: [{ workspace: 'portal', audience: 'https://api.example', name: 'API', scopes: ['read'] }],
    clients: [
      {
        id: `${tenant}-app`,
        workspace: 'portal',
        name: 'App',
        secret,
        authentication: 'client_secret_basic',
        grantTypes: ['authorization_code'],
        redirectUris: ['https://app.example/callback'],
        scopes: ['openid'],
      },
    ],
    billers: [
      {
        id: `${tenant}-acme`,
        workspace: 'portal',
        name: 'Acme',
        guid: systemRandom.uuid(),
        mode: 'legacy',
        legacyStore: 's',
        legacyBillerKey: tenant,
      },
    ],
  }
}

describe('a provision file', () => {
  it('creates what it names', async () => {
    const file = sound('first')
    expect(await apply(file)).toBe(3)
    const { reader } = database.db
    expect(await findOrganization(reader, 'first', 'first-acme')).toMatchObject({
      name: 'Acme',
      brand: { name: 'Acme' },
    })
    expect(await findBiller(reader, 'first', organizationId('first-acme'))).toMatchObject({
      billerGuid: file.billers?.[0]?.guid,
      mode: 'legacy',
      epoch: 1,
      legacyStoreId: 's',
      legacyBillerKey: 'first',
    })
    const client = await findClient(reader, 'first', 'portal', 'first-app')
    expect(client).toMatchObject({
      isEnabled: true,
      settings: { isFirstParty: false, redirectUris: ['https://app.example/callback'] },
    })
    expect(isSecretOf(client?.secretHashes ?? [], secret)).toBe(true)
    expect(isSecretOf(client?.secretHashes ?? [], `${secret}!`)).toBe(false)
  })

  it('applied again changes nothing, whatever was changed in the meantime', async () => {
    const file = sound('again')
    await apply(file)
    await sql`update organizations set name = 'Renamed' where tenant_id = 'again'`.execute(database.db.reader)
    const snapshot = async () =>
      Promise.all(
        (['workspaces', 'organizations', 'billers', 'clients', 'resources', 'audit_events'] as const).map((table) =>
          database.db.reader.selectFrom(table).selectAll().where('tenant_id', '=', 'again').execute(),
        ),
      )
    const before = await snapshot()
    clock.move({ seconds: 60 })
    expect(await apply(file)).toBe(0)
    const changed = { ...file.clients![0]!, name: 'Other', secret: secret.toUpperCase() }
    expect(await apply({ ...file, clients: [changed] })).toBe(0)
    expect(await snapshot()).toStrictEqual(before)
  })

  it('keeps how a workspace asks for proof', async () => {
    const file = sound('redirects')
    const signIn = { presentation: 'redirect', hostedPage } as const
    await apply({ ...file, workspaces: [{ ...file.workspaces[0]!, signIn }] })
    const found = await findWorkspace(database.db.reader, 'redirects', 'portal')
    expect(found?.signIn).toStrictEqual(signIn)
    expect(found && hostedPageOf(found)).toStrictEqual(hostedPage)
    expect(hostedPageOf({ signIn: { ...signIn, presentation: 'page' } })).toBeUndefined()
    expect(hostedPageOf({})).toBeUndefined()
  })

  it('leaves no secret of a client in any column of its row', async () => {
    await apply(sound('secret'))
    const { rows } = await sql<{ whole: string }>`
      select row_to_json(clients)::text as whole from clients where tenant_id = 'secret'`.execute(database.db.reader)
    expect(rows).toHaveLength(1)
    expect(rows[0]?.whole).not.toContain(secret)
    expect(rows[0]?.whole).not.toContain(Buffer.from(secret).toString('base64').slice(0, 20))
    expect(rows[0]?.whole).not.toContain(Buffer.from(secret).toString('hex').slice(0, 20))
    expect(rows[0]?.whole).toMatch(/"secret_hashes":\s*\["[0-9a-f]{64}"\]/)
  })

  it('that cannot be applied leaves nothing behind and says why in one line', async () => {
    const file = sound('broken')
    const nowhere = { ...file, clients: [{ ...file.clients![0]!, workspace: 'nowhere' }] }
    await expect(apply(nowhere)).rejects.toThrow(StartError)
    await expect(apply(nowhere)).rejects.toThrow(/^The provision file names the workspace nowhere, [^\n]+\.$/)
    const taken = sound('holder')
    await apply(taken)
    const stolen = { ...file, billers: [{ ...file.billers![0]!, guid: taken.billers![0]!.guid }] }
    await expect(apply(stolen)).rejects.toThrow(/^The provision file gives biller broken-acme a GUID [^\n]+\.$/)
    const tenants = await database.db.reader
      .selectFrom('tenants')
      .select('tenant_id')
      .where('tenant_id', '=', 'broken')
      .execute()
    expect(tenants).toStrictEqual([])
  })
})

describeMultiConnection('several nodes', () => {
  it('may apply one file at the same moment', async () => {
    const file = sound('nodes')
    const created = await Promise.all(Array.from({ length: 6 }, () => apply(file)))
    expect(created.toSorted((one, other) => one - other)).toStrictEqual([0, 0, 0, 0, 0, 3])
    const events = await database.db.reader
      .selectFrom('audit_events')
      .select('event_id')
      .where('tenant_id', '=', 'nodes')
      .execute()
    expect(events).toHaveLength(3)
  })
})

describe('reading a provision file', () => {
  async function lineFor(content: unknown): Promise<string> {
    const file = join(folder, 'provision.json')
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content))
    try {
      await readProvisionFile(file)
    } catch (error) {
      if (error instanceof StartError) return error.message
      throw error
    }
    throw new Error('the file was accepted')
  }
  const client = sound('x').clients![0]!
  const biller = sound('x').billers![0]!
  const redirects = (changes: Readonly<Record<string, string>>, kind = 'customer'): unknown => ({
    ...sound('x'),
    workspaces: [
      {
        ...sound('x').workspaces[0]!,
        kind,
        signIn: { presentation: 'redirect', hostedPage: { ...hostedPage, ...changes } },
      },
    ],
  })
  const external = (loginPage?: string, kind = 'customer'): unknown => ({
    ...sound('x'),
    workspaces: [
      {
        ...sound('x').workspaces[0]!,
        kind,
        signIn: { presentation: 'external', ...(loginPage === undefined ? {} : { loginPage }) },
      },
    ],
  })

  it('gives what it holds', async () => {
    const file = join(folder, 'sound.json')
    await writeFile(file, JSON.stringify(sound('x')))
    expect(await readProvisionFile(file)).toMatchObject({ tenant: { id: 'x' }, clients: [{ secret }] })
  })

  it.each<[string, unknown, RegExp]>([
    ['is no JSON', `{"secret": "${secret}"`, /cannot be read as JSON\.$/],
    [
      'has a secret that is too short',
      { ...sound('x'), clients: [{ ...client, secret: secret.slice(0, 31) }] },
      /\/clients\/0\/secret/,
    ],
    [
      'has an unknown word',
      { ...sound('x'), clients: [{ ...client, redirectUri: secret }] },
      /\/clients\/0\/redirectUri is not known here\.$/,
    ],
    [
      'has an address of no web',
      { ...sound('x'), clients: [{ ...client, redirectUris: ['javascript:x'] }] },
      /\/clients\/0\/redirectUris\/0/,
    ],
    ['has a GUID that is none', { ...sound('x'), billers: [{ ...biller, guid: 'x' }] }, /\/billers\/0\/guid/],
    [
      'redirects to an address that is not encrypted',
      redirects({ authorizationEndpoint: `http://${secret}.example` }),
      /\/workspaces\/0\/signIn\/hostedPage\/authorizationEndpoint/,
    ],
    [
      'redirects to an address with a query of its own',
      redirects({ authorizationEndpoint: `https://login.example/?${secret}=1` }),
      /\/workspaces\/0\/signIn\/hostedPage\/authorizationEndpoint/,
    ],
    [
      'redirects to an address with a user in it',
      redirects({ authorizationEndpoint: `https://login.example@${secret}.example/` }),
      /\/signIn\/hostedPage\/authorizationEndpoint must be an https address/,
    ],
    [
      'redirects to an address that browsers would read as another one',
      redirects({ issuer: `https://login.example/a/../${secret}` }),
      /\/signIn\/hostedPage\/issuer must be an https address/,
    ],
    ['redirects as nobody', redirects({ clientId: '' }), /\/signIn\/hostedPage\/clientId/],
    ['has a login page elsewhere and names none', external(), /\/signIn is external and names no loginPage/],
    [
      'has a login page that is not encrypted',
      external(`http://${secret}.example/`),
      /\/workspaces\/0\/signIn\/loginPage/,
    ],
    [
      'has a login page with a user in its address',
      external(`https://login.example@${secret}.example/`),
      /\/signIn\/loginPage must be an https address/,
    ],
    [
      'has a login page for callers of the API',
      external('https://login.example/', 'system'),
      /presentation external is for workspaces of customers/,
    ],
    [
      'redirects to nowhere',
      { ...sound('x'), workspaces: [{ ...sound('x').workspaces[0]!, signIn: { presentation: 'redirect' } }] },
      /\/workspaces\/0\/signIn redirects and names no hostedPage\.$/,
    ],
    [
      'redirects employees',
      redirects({}, 'admin'),
      /\/signIn\/presentation redirect is for workspaces of customers\.$/,
    ],
    ['has no workspace', { ...sound('x'), workspaces: [] }, /\/workspaces/],
    ['names a client twice', { ...sound('x'), clients: [client, client] }, /client x-app stands in it twice\.$/],
    [
      'gives two billers one GUID',
      { ...sound('x'), billers: [biller, { ...biller, id: 'other' }] },
      /GUID .* stands in it twice\.$/,
    ],
  ])('that %s stops the start with one line that keeps values to itself', async (_kind, content, line) => {
    const said = await lineFor(content)
    expect(said).toMatch(line)
    expect(said).toMatch(/^The provision file [^\n]+$/)
    expect(said).not.toContain(secret.slice(0, 31))
  })
})
