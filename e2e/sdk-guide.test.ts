import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { crm, openServer, origin, provisioned } from '../packages/server/src/testing/open-server.ts'
import type { TestServer } from '../packages/server/src/testing/open-server.ts'
import { freePort } from './processes/free-port.ts'
import { openSdkCustomer } from './processes/sdk-customer.ts'
import type { SdkCustomer } from './processes/sdk-customer.ts'

const run = promisify(execFile)
const root = dirname(import.meta.dirname)
const guide = await readFile(join(root, 'docs/sdk.md'), 'utf8')
const blocks = [...guide.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code)
const program = blocks.join('\n')
const promised = [...program.matchAll(/\/\/ → (.*)$/gm)].map(([, line = '']) => line)

let server: TestServer
let customer: SdkCustomer
let environment: Record<string, string>

beforeAll(async () => {
  const port = await freePort()
  const url = `http://localhost:${port}`
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
  const [privateKey, publicKey] = await Promise.all([
    crypto.subtle.exportKey('jwk', pair.privateKey),
    crypto.subtle.exportKey('jwk', pair.publicKey),
  ])
  const known = {
    kty: publicKey.kty,
    crv: publicKey.crv,
    x: publicKey.x,
    y: publicKey.y,
    alg: 'ES256',
    kid: 'k1',
    use: 'sig',
  }
  const provision = {
    ...provisioned,
    billers: [],
    resources: provisioned.resources?.map((one) => ({ ...one, audience: one.audience.replace(origin, url) })) ?? [],
    clients: [
      ...(provisioned.clients ?? []),
      {
        id: 'ledger',
        workspace: 'system',
        name: 'Ledger',
        authentication: 'private_key_jwt' as const,
        grantTypes: ['client_credentials' as const],
        scopes: ['identity'],
        jwks: { keys: [known] },
      },
    ],
  }
  ;[server, customer] = await Promise.all([
    openServer({ provision, environment: { GATEHOUSE_URL: url } }),
    openSdkCustomer(),
  ])
  await server.server.app.listen({ host: 'localhost', port })
  environment = {
    PATH: process.env['PATH'] ?? '',
    GATEHOUSE_URL: url,
    CRM_SECRET: crm.secret,
    LEDGER_KEY: JSON.stringify({ ...privateKey, alg: 'ES256', kid: 'k1' }),
  }
}, 120_000)

afterAll(async () => {
  await server?.close()
  await customer?.remove()
})

describe('the guide to the sdk', () => {
  it('runs as it is written, against a Gatehouse and with the package as published, and prints what it says', async () => {
    expect(promised.length).toBeGreaterThan(10)
    await writeFile(join(customer.folder, 'guide.ts'), program)
    const { stdout } = await run(process.execPath, ['--disable-warning=ExperimentalWarning', 'guide.ts'], {
      cwd: customer.folder,
      env: environment,
    }).catch((failed: unknown) => {
      const { stdout: said, stderr } = failed as { readonly stdout: string; readonly stderr: string }
      throw new Error(`${said}\n${stderr}\n${server.logLines.slice(-5).join('\n')}`)
    })
    expect(stdout.trimEnd().split('\n')).toStrictEqual(promised)
  }, 60_000)

  it('has types in every line', async () => {
    const config = {
      compilerOptions: {
        module: 'nodenext',
        lib: ['es2023', 'dom'],
        target: 'es2023',
        strict: true,
        noEmit: true,
        types: [],
      },
      files: ['guide.ts', 'process.d.ts'],
    }
    await writeFile(join(customer.folder, 'tsconfig.json'), JSON.stringify(config))
    await writeFile(join(customer.folder, 'guide.ts'), program)
    const process = 'declare const process: { readonly env: Readonly<Record<string, string | undefined>> }\n'
    await writeFile(join(customer.folder, 'process.d.ts'), process)
    const tsc = join(root, 'node_modules/.bin/tsc')
    const { stdout } = await run(tsc, ['-p', customer.folder]).catch((failed: unknown) => failed as { stdout: string })
    expect(stdout).toBe('')
  })
})
