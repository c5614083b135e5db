import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** The last commit of the release before this one. */
const lastCommit = '245f222'
const root = dirname(dirname(import.meta.dirname))

export interface InstalledRelease {
  /** Its program, absolute. */
  readonly entry: string
  remove(): Promise<void>
}

/** The release before this one, as the history here has it. @returns why not, where it has not */
export function previousRelease(): { install(): Promise<InstalledRelease> } | { readonly missing: string } {
  try {
    execFileSync('git', ['cat-file', '-e', `${lastCommit}^{commit}`], { cwd: root, stdio: 'ignore' })
    return { install }
  } catch {
    return { missing: `no ${lastCommit} in the history here` }
  }
}

/** Its sources, with the packages that are installed here. */
async function install(): Promise<InstalledRelease> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-previous-'))
  const archive = execFileSync('git', ['archive', lastCommit, 'package.json', 'packages'], {
    cwd: root,
    maxBuffer: 256 * 1024 * 1024,
  })
  execFileSync('tar', ['-x', '-C', folder], { input: archive })
  const packages = join(folder, 'node_modules')
  await mkdir(join(packages, '@gatehouse'), { recursive: true })
  for (const name of await readdir(join(root, 'node_modules'))) {
    if (name !== '@gatehouse') await symlink(join(root, 'node_modules', name), join(packages, name))
  }
  for (const name of ['contract', 'server'])
    await symlink(join(folder, 'packages', name), join(packages, '@gatehouse', name))
  if (existsSync(join(root, 'packages/server/node_modules'))) {
    await symlink(join(root, 'packages/server/node_modules'), join(folder, 'packages/server/node_modules'))
  }
  return {
    entry: join(folder, 'packages/server/src/main.ts'),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
