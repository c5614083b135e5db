import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSdkCustomer } from './processes/sdk-customer.ts'
import type { SdkCustomer } from './processes/sdk-customer.ts'

const run = promisify(execFile)
const root = dirname(import.meta.dirname)
const tsc = join(root, 'node_modules/.bin/tsc')

let customer: SdkCustomer

beforeAll(async () => {
  customer = await openSdkCustomer()
}, 120_000)

afterAll(() => customer.remove())

const use = `import { secureAuth, SecureAuthError } from '@gatehouse/sdk'
import { answer, secureAuthDouble } from '@gatehouse/sdk/testing'

const { api, calls } = secureAuthDouble({
  identity: {
    systemGetPool: ({ ipID }) =>
      answer(
        { id: ipID, name: 'Staff', description: '', tenant_id: 't', workspace_id: 'w', deleted: false, system: false },
        { etag: '"1"' },
      ),
  },
})
const { body, etag } = await api.identity.systemGetPool({ ipID: 'staff' })
const refused = await api.identity.systemDeletePool({ ipID: 'staff' }).catch((error) => error)
const own = secureAuth({ baseUrl: 'https://id.example', tenant: 'acme', credentials: { token: () => 'x' } })
console.log(JSON.stringify([body.name, etag, calls.length, refused instanceof SecureAuthError, Object.keys(own).includes('system')]))
`

describe('the package that is published', () => {
  it('has nothing that publint would change', async () => {
    const { messages, pkg } = await publint({ pkgDir: customer.installed, strict: true })
    expect(messages.map((message) => formatMessage(message, pkg ?? {}))).toStrictEqual([])
  })

  it('has types that are not wrong for anybody who can import it', async () => {
    const checked = await checkPackage(createPackageFromTarballData(new Uint8Array(await readFile(customer.tarball))))
    // It is ESM only: Node before 20.19 cannot require it, and resolution of 2012 does not know of exports.
    const lawful = new Set(['CJSResolvesToESM', 'NoResolution'])
    const problems = checked.types === false ? ['no types'] : checked.problems
    expect(
      problems.filter(
        (problem) =>
          typeof problem === 'string' ||
          !lawful.has(problem.kind) ||
          (problem.kind === 'NoResolution' && problem.resolutionKind !== 'node10'),
      ),
    ).toStrictEqual([])
  })

  it('brings no other package, no sources, no tests, and no schema', async () => {
    const manifest = JSON.parse(await readFile(join(customer.installed, 'package.json'), 'utf8')) as Record<
      string,
      unknown
    >
    expect(Object.keys(manifest).filter((key) => /dependencies$/i.test(key))).toStrictEqual([])
    const { stdout } = await run('tar', ['-tzf', customer.tarball])
    const files = stdout.trim().split('\n')
    expect(
      files.filter((file) => !/^package\/(LICENSE|README\.md|package\.json|dist\/[\w/-]+(\.d\.ts|\.js))$/.test(file)),
    ).toStrictEqual([])
    expect(files.filter((file) => file.includes('.test.') || file.includes('platform/testing'))).toStrictEqual([])
    const scripts = await Promise.all(
      files
        .filter((file) => file.endsWith('.js'))
        .map((file) => readFile(join(customer.installed, file.slice('package/'.length)), 'utf8')),
    )
    const imports = scripts.flatMap((text) =>
      [...text.matchAll(/(?<![\w/])(?:from|import)\s*\(?'([^']+)'/g)].map(([, name]) => name ?? ''),
    )
    expect(imports.filter((name) => !/^\.{1,2}\/[\w/-]+\.js$/.test(name))).toStrictEqual([])
  })

  it('works in plain JavaScript', async () => {
    await writeFile(join(customer.folder, 'use.js'), use)
    const { stdout } = await run(process.execPath, ['use.js'], { cwd: customer.folder })
    expect(JSON.parse(stdout)).toStrictEqual(['Staff', '"1"', 2, true, true])
  })

  it.each([
    ['nodenext', 'nodenext', ['es2023', 'dom']],
    ['esnext', 'bundler', ['es2022', 'dom']],
  ] as const)(
    'has types that compile with %s modules, every check on and no other types there',
    async (module, moduleResolution, lib) => {
      const config = {
        compilerOptions: {
          module,
          moduleResolution,
          lib,
          target: 'es2022',
          strict: true,
          exactOptionalPropertyTypes: true,
          noEmit: true,
          skipLibCheck: false,
          types: [],
        },
        files: ['use.ts', 'wrong.ts'],
      }
      await writeFile(join(customer.folder, 'tsconfig.json'), JSON.stringify(config))
      await writeFile(join(customer.folder, 'use.ts'), use.replace('(error) =>', '(error: unknown) =>'))
      await writeFile(
        join(customer.folder, 'wrong.ts'),
        `import { secureAuth } from '@gatehouse/sdk'
const api = secureAuth({ baseUrl: 'https://id.example', tenant: 'acme', credentials: { token: () => 'x' } })
// @ts-expect-error a user needs a status
void api.identity.systemCreateUser({ ipID: 'staff', body: {} })
// @ts-expect-error the pool is not named
void api.identity.systemListUsers({})
// @ts-expect-error there is no such operation
void api.identity.createPerson
// @ts-expect-error a single thing cannot be walked
void api.identity.systemGetPool.each
// @ts-expect-error a walk goes forward only
void api.identity.systemListUsers.each({ ipID: 'staff', before_user_id: 'x' })
void api.identity.systemListPools()
const status: 'active' | 'inactive' | 'deleted' | 'new' = (await api.identity.systemGetUser({ ipID: 'a', userID: 'b' })).body.status
void status
export {}
`,
      )
      const { stdout } = await run(tsc, ['-p', customer.folder]).catch(
        (failed: unknown) => failed as { readonly stdout: string },
      )
      expect(stdout).toBe('')
    },
  )
})
