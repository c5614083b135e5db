import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { StartError } from '../config/index.ts'
import { lockFolder } from './folder-lock.ts'
import { openEmbedded } from './index.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-lock-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** Another process that locks the folder, keeps nothing of it, says how that went, and lives until its input closes. */
async function lockElsewhere() {
  const program = `
    const { lockFolder } = await import(${JSON.stringify(new URL('folder-lock.ts', import.meta.url).href)})
    try { lockFolder(${JSON.stringify(folder)}) } catch (error) { console.log(error.message) }
    gc()
    console.log('locked')
    process.stdin.resume()`
  const child = spawn(
    process.execPath,
    ['--expose-gc', '--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', program],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  const [said] = (await once(createInterface(child.stdout), 'line')) as [string]
  return { said, child }
}

describe('a locked folder', () => {
  it('refuses a second one in the same process, and takes one when the first has let go', () => {
    const unlock = lockFolder(folder)
    expect(() => lockFolder(folder)).toThrow(/^The data folder .* is in use by another Gatehouse: .*GATEHOUSE_DATA\.$/)
    unlock()
    lockFolder(folder)()
  })

  it('refuses another process', async () => {
    const unlock = lockFolder(folder)
    const { said, child } = await lockElsewhere()
    expect(said).toMatch(/is in use by another Gatehouse/)
    child.stdin.end()
    await once(child, 'exit')
    unlock()
  })

  it('is free again when the process that held it was killed', async () => {
    const { said, child } = await lockElsewhere()
    expect(said).toBe('locked')
    expect(() => lockFolder(folder)).toThrow(StartError)
    child.kill('SIGKILL')
    await once(child, 'exit')
    lockFolder(folder)()
  })

  it('that is no folder gives one line that says what to do', async () => {
    await writeFile(join(folder, 'file'), '')
    expect(() => lockFolder(join(folder, 'file'))).toThrow(/^The data folder .* cannot be written: .*GATEHOUSE_DATA\.$/)
    await expect(openEmbedded(join(folder, 'file', 'data'))).rejects.toThrow(StartError)
  })
})

describe('the embedded database', () => {
  it('keeps its data over a restart, and is opened by one at a time', async () => {
    const first = await openEmbedded(folder)
    await first.pglite.exec('create table kept (value text); insert into kept values (1)')
    await expect(openEmbedded(folder)).rejects.toThrow(/is in use by another Gatehouse/)
    await first.db.close()
    const second = await openEmbedded(folder)
    expect((await second.pglite.query('select value from kept')).rows).toStrictEqual([{ value: '1' }])
    await second.db.close()
  })
})
