import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { billers } from '../demo/legacy/billers.ts'
import { clientIds } from '../demo/launcher/provision.ts'
import { launchDemo, startDemo, untilTrue } from './demo.ts'
import type { Demo } from './demo.ts'

const folders: string[] = []
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))))

const isUp = async (demo: Demo): Promise<boolean> => {
  try {
    return (await fetch(`${demo.server}/health/ready`)).ok
  } catch {
    return false
  }
}

/** Asks the management API as the demo itself does. */
async function api(demo: Demo): Promise<(path: string) => Promise<unknown>> {
  const secrets = JSON.parse(await readFile(join(demo.folder, 'secrets.json'), 'utf8')) as { readonly setup: string }
  const answer = await fetch(`${demo.server}/harborline/system/oauth2/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${clientIds.setup}:${secrets.setup}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'identity manage_configuration' }),
  })
  const { access_token: token } = (await answer.json()) as { readonly access_token: string }
  return async (path) => {
    const response = await fetch(`${demo.server}/api/identity/harborline${path}`, {
      headers: { authorization: `Bearer ${token}` },
    })
    return response.json()
  }
}

async function usernamesOf(get: (path: string) => Promise<unknown>, pool: string): Promise<string[]> {
  const names: string[] = []
  for (let after = ''; ;) {
    const page = (await get(
      `/system/pools/${pool}/users?limit=100${after === '' ? '' : `&after_user_id=${after}`}`,
    )) as {
      readonly users?: readonly { readonly id: string; readonly identifiers: readonly string[] }[]
    }
    const users = page.users ?? []
    names.push(...users.flatMap((user) => [...user.identifiers]))
    const last = users.at(-1)
    if (!last || users.length < 100) return names
    after = last.id
  }
}

/** What the office tells people to paste into a terminal: a token, somebody new, the same by name, and the events. */
async function expectCommandsToWork(demo: Demo): Promise<void> {
  const page = await (await fetch(`${demo.office}/api`)).text()
  const commands = [...page.matchAll(/<pre class="command"[^>]*>(.*?)<\/pre>/gs)].map(([, text]) => plain(text ?? ''))
  expect(commands).toHaveLength(4)
  const { stdout } = await promisify(execFile)('sh', ['-c', commands.join('\necho\n')])
  const [, created, found, events] = stdout.split('\n').map((line) => (line === '' ? undefined : asObject(line)))
  expect(created).toMatchObject({ status: 'active', payload: { name: 'Robin Okafor' } })
  expect(found).toMatchObject({ id: created?.['id'] })
  expect(events).toMatchObject({ audit_events: [{}, {}, {}] })
}

const asObject = (line: string): Record<string, unknown> => JSON.parse(line) as Record<string, unknown>
const entities = { '&quot;': '"', '&#39;': "'", '&lt;': '<', '&gt;': '>', '&amp;': '&' } as const
const plain = (text: string): string =>
  text.replaceAll(/&(?:quot|#39|lt|gt|amp);/g, (entity) => entities[entity as keyof typeof entities])

describe('the first start', () => {
  it('killed again and again while people arrive goes on at the next start: everybody is there, and nobody twice', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-first-'))
    folders.push(folder)
    let base: number | undefined
    const counts: number[] = []
    for (let round = 0; round < 2; round += 1) {
      const demo = await launchDemo(folder, base)
      base = demo.base
      await untilTrue(() => isUp(demo), demo)
      const get = await api(demo)
      const some = async (): Promise<number> => (await usernamesOf(get, `${firstNew}-staff`)).length
      const before = await some()
      await untilTrue(async () => (await some()) > before, demo)
      await demo.kill()
      counts.push(before)
    }
    const demo = await startDemo(folder, base)
    const get = await api(demo)
    for (const biller of billers.filter(({ mode }) => mode !== 'legacy')) {
      const names = await usernamesOf(get, `${biller.slug}-staff`)
      expect(names, biller.slug).toHaveLength(biller.userCount)
      expect(new Set(names).size, biller.slug).toBe(names.length)
    }
    await expectCommandsToWork(demo)
    expect(await demo.stop()).toBe(0)
    expect(demo.screen()).not.toMatch(/warning|deprecat|\bat .*\.ts/i)
    expect(counts).toHaveLength(2)
  }, 120_000)

  it('says in one line which port is taken', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-first-'))
    folders.push(folder)
    const demo = await launchDemo(folder)
    await untilTrue(() => isUp(demo), demo)
    const second = await mkdtemp(join(tmpdir(), 'gatehouse-first-'))
    folders.push(second)
    const other = await launchDemo(second, demo.base)
    while (!other.hasEnded()) await isUp(demo)
    expect(other.screen().trim().split('\n')).toHaveLength(1)
    expect(other.screen()).toContain(String(demo.base))
    expect(other.screen()).toContain('GATEHOUSE_DEMO_PORT_BASE')
    await demo.stop()
  }, 60_000)
})

const firstNew = billers.find(({ mode }) => mode !== 'legacy')?.slug ?? ''
