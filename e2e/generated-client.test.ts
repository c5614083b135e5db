import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { generateApi } from 'swagger-typescript-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { secureAuthOperations } from '../packages/contract/src/index.ts'
import { descriptionsFolder, hasDescriptions, heldFetch } from '../packages/contract/src/testing/index.ts'
import { crm, openServer, origin, provisioned, tenantId } from '../packages/server/src/testing/open-server.ts'
import type { TestServer } from '../packages/server/src/testing/open-server.ts'

/** What the generator makes of every operation: parameters of the path, then the body, then the query. */
type Operations = Readonly<Record<string, (...given: readonly unknown[]) => Promise<{ readonly data: unknown }>>>
type Made = new (settings: object) => Readonly<Record<string, Operations>>

/** Names of the groups are the generator's, from the paths. */
interface Client {
  readonly identity: Operations
  readonly organizations: Operations
}

const sources = [
  { file: 'identitysystem.yaml', name: 'Identity', prefix: 'identity' },
  { file: 'system.yaml', name: 'System', prefix: 'system' },
] as const

/** Groups are left out of the way as long as they are not served. */
const hasGroups = secureAuthOperations.some(({ operationId }) => operationId === 'createGroup')

let folder: string
let server: TestServer
let client: Client
let held: readonly string[]

async function generated(file: string, name: string): Promise<Made> {
  const { files } = await generateApi({
    input: join(descriptionsFolder, file),
    output: false,
    fileName: name,
    apiClassName: name,
    httpClientType: 'fetch',
    toJS: true,
    silent: true,
  })
  const code = files.find((made) => made.fileExtension === '.js')?.fileContent
  const path = join(folder, `${name}.mjs`)
  await writeFile(path, code ?? '')
  return ((await import(pathToFileURL(path).href)) as Record<string, Made>)[name]!
}

async function systemToken(url: string): Promise<string> {
  const response = await fetch(`${url}/${tenantId}/system/oauth2/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${crm.clientId}:${crm.secret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'identity manage_configuration' }),
  })
  return ((await response.json()) as { readonly access_token: string }).access_token
}

describe.runIf(hasDescriptions())('a client that swagger-typescript-api makes of the vendor’s descriptions', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-generated-'))
    server = await openServer({ provision: { ...provisioned, billers: [] } })
    const url = await server.server.app.listen({ host: '127.0.0.1', port: 0 })
    const token = await systemToken(url)
    const holding = heldFetch(globalThis.fetch)
    held = holding.held
    const [identity, system] = await Promise.all(
      sources.map(async ({ file, name, prefix }) => {
        const Generated = await generated(file, name)
        return new Generated({
          // The one thing that is changed: where it calls.
          baseUrl: `${url}/api/${prefix}/${tenantId}`,
          baseApiParams: { format: 'json', secure: true },
          securityWorker: () => ({ headers: { authorization: `Bearer ${token}` } }),
          customFetch: holding.fetch,
        })
      }),
    )
    client = { identity: identity!['system']!, organizations: system!['organizations']! }
  }, 240_000)

  afterAll(async () => {
    await server?.close()
    await rm(folder, { recursive: true, force: true })
  })

  it('creates an organization, a pool, people and a group, resets and verifies a password, lists and deletes it all', async () => {
    const { identity, organizations } = client
    const call = async <T>(answer: Promise<{ readonly data: unknown }> | undefined): Promise<T> => {
      const got = await answer?.catch((refused: { readonly status: number; readonly error: unknown }) => {
        throw new Error(`${refused.status} ${JSON.stringify(refused.error)}`)
      })
      return got?.data as T
    }
    type Named = { readonly id: string }

    await call(organizations['createOrganization']?.({ id: 'riverside', name: 'Riverside Water', parent_id: 'portal' }))
    await call(
      identity['systemCreatePool']?.({
        tenant_id: tenantId,
        id: 'riverside-staff',
        name: 'Staff',
        workspace_id: 'riverside',
      }),
    )
    const people: Named[] = []
    for (const name of ['anna', 'bo', 'cleo']) {
      people.push(
        await call<Named>(
          identity['systemCreateUser']?.('riverside-staff', {
            status: 'active',
            payload: { name },
            identifiers: [{ type: 'uid', identifier: name }],
            verifiable_addresses: [
              { type: 'email', address: `${name}@riverside.test`, status: 'active', verified: true },
            ],
            credentials: [{ type: 'password', password: 'nine quiet boats at dawn' }],
          }),
        ),
      )
    }
    const anna = people[0]!
    const group = hasGroups
      ? await call<Named>(
          identity['createGroup']?.('riverside-staff', { name: 'Clerks', user_pool_id: 'riverside-staff' }),
        )
      : undefined
    if (group) {
      await call(identity['addUserToGroup']?.('riverside-staff', group.id, anna.id))
      expect(await call(identity['listUsersInGroup']?.('riverside-staff', group.id, {}))).toMatchObject({
        users: [{ id: anna.id }],
      })
    }

    const mail = server.nextMail()
    await call(
      identity['requestResetPassword']?.(
        'riverside-staff',
        { address: 'anna@riverside.test', userID: anna.id },
        { code_type_in_message: 'code' },
      ),
    )
    const code = /\b\d{8}\b/.exec((await mail).text)?.[0]
    const password = 'seven amber bicycles 12'
    await call(
      identity['completeResetPassword']?.('riverside-staff', { code, new_password: password, userID: anna.id }),
    )
    expect(await call(identity['verifyPasswordV2']?.('riverside-staff', { userID: anna.id, password }))).toMatchObject({
      id: anna.id,
      result: 'password_correct',
    })

    const listed = await call<{ readonly users: readonly Named[] }>(
      identity['systemListUsers']?.('riverside-staff', { limit: 2, sort: 'id' }),
    )
    expect(listed.users).toHaveLength(2)
    for (const { id } of people) await call(identity['systemDeleteUser']?.('riverside-staff', id))
    if (group) await call(identity['deleteGroup']?.('riverside-staff', group.id))
    await call(identity['systemDeletePool']?.('riverside-staff'))
    await call(organizations['deleteOrganization']?.('riverside'))
    const gone = (await organizations['getOrganization']?.('riverside').catch((thrown: unknown) => thrown)) as object
    expect(gone).toMatchObject({ status: 404 })
    expect(held.length).toBeGreaterThanOrEqual(13)
  }, 60_000)
})

describe.runIf(!hasDescriptions())('a generated client', () => {
  it('SKIPPED: was not made, because the vendor’s descriptions are not beside the repository', () => {
    expect(origin).not.toBe('')
  })
  afterAll(() => console.warn(`NOT GENERATED from the vendor's descriptions: ${descriptionsFolder} is not there`))
})
