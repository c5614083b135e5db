import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { areUsersCreated } from './create-pool-users.ts'
import { openDemoFolder } from './demo-folder.ts'
import { earlierChildrenGone, rememberChildren } from './earlier-children.ts'
import { assertPortsFree } from './free-ports.ts'
import { ensureSecrets } from './secrets.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'demo-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('the folder of the demo', () => {
  it('belongs to one demo at a time, and is free again when that one lets go', () => {
    const path = join(folder, 'a')
    const first = openDemoFolder(path)
    expect(() => openDemoFolder(path)).toThrow(/is running already/)
    first.release()
    openDemoFolder(path).release()
  })

  it('is free again after a demo that was killed', () => {
    const path = join(folder, 'a')
    const script = `const { openDemoFolder } = await import(${JSON.stringify(new URL('demo-folder.ts', import.meta.url).href)})
      openDemoFolder(${JSON.stringify(path)}); process.kill(process.pid, 'SIGKILL')`
    const { signal } = spawnSync(process.execPath, [
      '--disable-warning=ExperimentalWarning',
      '--input-type=module',
      '-e',
      script,
    ])
    expect(signal).toBe('SIGKILL')
    openDemoFolder(path).release()
  })

  it('that cannot be made is one line with the variable that chooses another', () => {
    writeFileSync(join(folder, 'file'), '')
    expect(() => openDemoFolder(join(folder, 'file', 'a'))).toThrow(/^The folder [^\n]+ GATEHOUSE_DEMO_DATA=[^\n]+$/)
  })
})

describe('the secrets of the demo', () => {
  it('are made once, long and different, in a file that only its owner can read', () => {
    const file = join(folder, 'secrets.json')
    const made = ensureSecrets(file)
    expect(ensureSecrets(file)).toEqual(made)
    expect(new Set(Object.values(made)).size).toBe(4)
    for (const secret of Object.values(made)) expect(secret.length).toBeGreaterThanOrEqual(43)
    expect(statSync(file).mode & 0o077).toBe(process.platform === 'win32' ? statSync(file).mode & 0o077 : 0)
  })

  it('stay as they are when a new one joins them', () => {
    const file = join(folder, 'secrets.json')
    const { crm, ...earlier } = ensureSecrets(file)
    writeFileSync(file, JSON.stringify(earlier))
    const now = ensureSecrets(file)
    expect(now).toMatchObject(earlier)
    expect(now.crm).not.toBe(crm)
    expect(ensureSecrets(file)).toEqual(now)
  })

  it('are not made anew over a file that is broken, and the line does not show it', () => {
    const file = join(folder, 'secrets.json')
    writeFileSync(file, '{"portal":"half of a secr')
    expect(() => ensureSecrets(file)).toThrow(/cannot be understood/)
    expect(() => ensureSecrets(file)).not.toThrow(/half of/)
    expect(readFileSync(file, 'utf8')).toBe('{"portal":"half of a secr')
  })
})

describe('the mark that all users are there', () => {
  it('holds for the database it was written for, and its address is not in it', () => {
    const file = join(folder, 'mark')
    expect(areUsersCreated(file, undefined)).toBe(false)
    writeFileSync(file, '{"peopleVersion":1,"database":"of another"}\n')
    expect(areUsersCreated(file, 'postgres://user:secret@db/demo')).toBe(false)
  })
})

describe('looking at the ports first', () => {
  it('names the port that is taken, what it is for, and the variable', async () => {
    const other = createServer()
    const { promise, resolve } = Promise.withResolvers<void>()
    other.listen(0, '127.0.0.1', resolve)
    await promise
    const { port } = other.address() as AddressInfo
    const ports = { server: 0, smtp: 0, portal: port, office: 0 }
    await expect(assertPortsFree(ports)).rejects.toThrow(
      new RegExp(`^Port ${port} \\(the Biller Portal\\) is taken [^\\n]+GATEHOUSE_DEMO_PORT_BASE`),
    )
    other.close()
  })
})

describe('the children of a demo that was killed', () => {
  it('are waited for before their ports are asked for', async () => {
    const file = join(folder, 'children.json')
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] })
    rememberChildren(file, [child.pid ?? 0])
    const hasEnded = once(child, 'exit')
    await earlierChildrenGone(file, () => child.stdin.end(), new AbortController().signal)
    expect(child.exitCode ?? (await hasEnded)[0]).toBe(0)
    expect(() => process.kill(child.pid ?? 0, 0)).toThrow('ESRCH')
  })

  it('nobody waits for where there are none, or where the file says nothing', async () => {
    const file = join(folder, 'children.json')
    const never = (): void => expect.unreachable()
    await earlierChildrenGone(file, never, new AbortController().signal)
    writeFileSync(file, '{"half')
    await earlierChildrenGone(file, never, new AbortController().signal)
    writeFileSync(file, '[0, -1, "x"]')
    await earlierChildrenGone(file, never, new AbortController().signal)
  })
})
