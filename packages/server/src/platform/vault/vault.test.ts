import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { StartError } from '../config/index.ts'
import { openFileVault } from './index.ts'
import type { Vault } from './index.ts'

let base: string
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'gatehouse-vault-'))
})
afterAll(() => rm(base, { recursive: true, force: true }))
const newFolder = (): Promise<string> => mkdtemp(join(base, 'v-'))

/** Another process of this machine that has the vault's own code and prints lines. */
function otherProcess(folder: string, work: string) {
  const program = `
    const { openFileVault } = await import(${JSON.stringify(new URL('index.ts', import.meta.url).href)})
    const open = () => openFileVault({ folder: ${JSON.stringify(folder)}, secret: undefined })
    ${work}`
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', program],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  return { child, lines: createInterface(child.stdout) }
}

describe('a sealed value', () => {
  let vault: Vault
  beforeAll(async () => {
    vault = await openFileVault({ folder: await newFolder(), secret: undefined })
  })

  it.each(['', 'a', 'pässwörd', 'x'.repeat(100_000)])('opens to what was sealed', (plain) => {
    expect(vault.openText(vault.seal(plain, 'user 1'), 'user 1')).toBe(plain)
  })

  it('opens to the same bytes', () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
    expect(vault.open(vault.seal(bytes, 'x'), 'x')).toStrictEqual(bytes)
  })

  it('opens from a plain Uint8Array inside a larger buffer, as database drivers give it', () => {
    const sealed = vault.seal('hunter2', 'x')
    const larger = new Uint8Array(sealed.length + 20)
    larger.set(sealed, 7)
    expect(vault.openText(larger.subarray(7, 7 + sealed.length), 'x')).toBe('hunter2')
  })

  it('never holds the plain text, and is another one each time', () => {
    const one = vault.seal('correct horse battery staple', 'x')
    const other = vault.seal('correct horse battery staple', 'x')
    expect(one.includes('correct')).toBe(false)
    expect(one.includes('staple')).toBe(false)
    expect(one.equals(other)).toBe(false)
  })

  it('does not open in another context', () => {
    const sealed = vault.seal('hunter2', 'password of user 1')
    for (const context of ['password of user 2', 'password of user 1 ', '']) {
      expect(() => vault.open(sealed, context)).toThrow(/./)
    }
  })

  it('does not open when any one bit of any byte was changed', () => {
    const sealed = vault.seal('hunter2', 'x')
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed)
      changed.writeUInt8(changed.readUInt8(at) ^ (1 << (at % 8)), at)
      expect(() => vault.open(changed, 'x'), `byte ${at}`).toThrow(/./)
    }
  })

  it('does not open when it was cut or continued', () => {
    const sealed = vault.seal('hunter2', 'x')
    for (let length = 0; length < sealed.length; length += 1) {
      expect(() => vault.open(sealed.subarray(0, length), 'x'), `${length} bytes`).toThrow(/./)
    }
    expect(() => vault.open(Buffer.concat([sealed, Buffer.of(0)]), 'x')).toThrow(/./)
  })

  it('does not open in another vault', async () => {
    const other = await openFileVault({ folder: await newFolder(), secret: undefined })
    expect(() => other.open(vault.seal('hunter2', 'x'), 'x')).toThrow('no vault key')
  })
})

describe('rotation', () => {
  it('keeps earlier values readable, here and after the next start', async () => {
    const folder = await newFolder()
    const vault = await openFileVault({ folder, secret: undefined })
    const before = vault.seal('old', 'x')
    const firstKey = vault.currentKeyId
    await vault.rotate()
    const after = vault.seal('new', 'x')
    expect(vault.keyIdOf(before)).toBe(firstKey)
    expect(vault.keyIdOf(after)).toBe(vault.currentKeyId)
    expect(vault.currentKeyId).not.toBe(firstKey)
    const reopened = await openFileVault({ folder, secret: undefined })
    expect(reopened.currentKeyId).toBe(vault.currentKeyId)
    for (const one of [vault, reopened]) {
      expect([one.openText(before, 'x'), one.openText(after, 'x')]).toStrictEqual(['old', 'new'])
    }
  })

  it('keeps the key that another process made in the meantime', async () => {
    const folder = await newFolder()
    const [one, other] = [
      await openFileVault({ folder, secret: undefined }),
      await openFileVault({ folder, secret: undefined }),
    ]
    await one.rotate()
    const sealed = one.seal('kept', 'x')
    await other.rotate()
    expect((await openFileVault({ folder, secret: undefined })).openText(sealed, 'x')).toBe('kept')
  })
})

describe('the key file', () => {
  it('opens with the secret it was made with, and with no other: one line that says what to do', async () => {
    const folder = await newFolder()
    const secret = 'a sentence of the operator'
    const sealed = (await openFileVault({ folder, secret })).seal('hunter2', 'x')
    expect((await openFileVault({ folder, secret })).openText(sealed, 'x')).toBe('hunter2')
    for (const wrong of ['another sentence', undefined]) {
      const refused = openFileVault({ folder, secret: wrong })
      await expect(refused).rejects.toThrow(StartError)
      await expect(refused).rejects.toThrow(/^The vault in .*vault\.keys does not open .*GATEHOUSE_VAULT_SECRET.*$/)
      await expect(refused).rejects.not.toThrow(/sentence/)
    }
  })

  it.each(['', '{}', '{"format":"gatehouse-vault-1","salt":"","sealed":""}', 'hello'])(
    'that holds %j stops the start and is left as it is',
    async (content) => {
      const folder = await newFolder()
      await openFileVault({ folder, secret: undefined })
      await writeFile(join(folder, 'vault.keys'), content)
      await expect(openFileVault({ folder, secret: undefined })).rejects.toThrow(StartError)
      expect(await readFile(join(folder, 'vault.keys'), 'utf8')).toBe(content)
    },
  )

  it('is not sealed by half a secret: a secret file that was cut short stops the start', async () => {
    const folder = await newFolder()
    await writeFile(join(folder, 'vault.secret'), '')
    await expect(openFileVault({ folder, secret: undefined })).rejects.toThrow(StartError)
  })

  it.skipIf(process.platform === 'win32')('and the secret beside it can be read by their owner only', async () => {
    const folder = join(await newFolder(), 'data')
    await openFileVault({ folder, secret: undefined })
    for (const name of ['vault.keys', 'vault.secret']) {
      expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600)
    }
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
    expect((await readdir(folder)).toSorted()).toStrictEqual(['vault.keys', 'vault.secret'])
  })
})

describe('several at once', () => {
  it('that open one folder for the first time in one process hold the same key', async () => {
    const folder = await newFolder()
    const vaults = await Promise.all(Array.from({ length: 20 }, () => openFileVault({ folder, secret: undefined })))
    expect(new Set(vaults.map((vault) => vault.currentKeyId)).size).toBe(1)
  })

  it('that are processes and open one folder for the first time hold the same key', async () => {
    const folder = await newFolder()
    // Each says that it is ready and waits for a line, so that all of them open at once.
    const others = [1, 2, 3, 4].map(() =>
      otherProcess(
        folder,
        `console.log('ready'); await new Promise((go) => process.stdin.once('data', go))
         const vault = await open(); console.log(vault.currentKeyId); process.exit(0)`,
      ),
    )
    const all = others.map(async ({ child, lines }) => {
      const said: string[] = []
      lines.on('line', (line: string) => said.push(line))
      await once(lines, 'line')
      return { child, said, closed: once(lines, 'close') }
    })
    const ready = await Promise.all(all)
    for (const { child } of ready) child.stdin.end('go\n')
    await Promise.all(ready.map(({ closed }) => closed))
    const kept = (await openFileVault({ folder, secret: undefined })).currentKeyId
    expect(ready.map(({ said }) => said[1])).toStrictEqual([kept, kept, kept, kept])
  })

  it('of which one is killed while it writes leave a file that opens and everything that was sealed', async () => {
    const folder = await newFolder()
    const vault = await openFileVault({ folder, secret: undefined })
    const sealed = vault.seal('kept', 'x')
    for (let killed = 0; killed < 3; killed += 1) {
      const { child, lines } = otherProcess(
        folder,
        `const vault = await open(); for (;;) { await vault.rotate(); console.log(vault.currentKeyId) }`,
      )
      await once(lines, 'line')
      await once(lines, 'line')
      child.kill('SIGKILL')
      await once(child, 'exit')
      expect((await openFileVault({ folder, secret: undefined })).openText(sealed, 'x')).toBe('kept')
    }
  })
})
