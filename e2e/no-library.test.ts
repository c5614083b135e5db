import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

const repository = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-no-library-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** `npm start` runs this line in the system's shell, with `node_modules/.bin` first on the path. */
function start(): { readonly status: number | null; readonly stderr: string } {
  const { scripts } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
    readonly scripts: { readonly start: string }
  }
  const { status, stderr } = spawnSync('sh', ['-c', scripts.start], {
    cwd: folder,
    env: { PATH: `${folder}/node_modules/.bin:${process.env['PATH']}` },
    encoding: 'utf8',
  })
  return { status, stderr }
}

describe.runIf(process.platform === 'linux' && process.arch === 'x64')('a machine without a library of Node', () => {
  it('is told which, and how to get it', () => {
    // The real Node, asking the real loader for a library that no machine has.
    const node = readFileSync(process.execPath)
    const at = node.indexOf('libatomic.so.1')
    expect(at).toBeGreaterThan(0)
    node.write('libatomyc.so.1', at)
    mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true })
    mkdirSync(join(folder, 'scripts'))
    writeFileSync(join(folder, 'node_modules/.bin/node'), node)
    chmodSync(join(folder, 'node_modules/.bin/node'), 0o755)
    cpSync(join(repository, 'scripts/no-node.sh'), join(folder, 'scripts/no-node.sh'))
    const { status, stderr } = start()
    expect(status).toBe(1)
    expect(stderr).toContain('libatomyc.so.1')
    expect(stderr).toContain('apt-get install libatomic1')
  })

  it('is not told so when the start failed for another reason', () => {
    rmSync(join(folder, 'node_modules'), { recursive: true, force: true })
    const { status, stderr } = start()
    expect(status).toBe(1)
    expect(stderr).toMatch(/Cannot find module/u)
    expect(stderr).not.toContain('apt-get')
  })
})
