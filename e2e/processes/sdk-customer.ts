import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { packSdk } from '../../scripts/sdk/pack.ts'

const run = promisify(execFile)

/** A stranger's project that has installed the sdk's tarball and nothing else. */
export interface SdkCustomer {
  readonly folder: string
  readonly tarball: string
  /** Where npm put the package. */
  readonly installed: string
  remove(): Promise<void>
}

export async function openSdkCustomer(): Promise<SdkCustomer> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-sdk-customer-'))
  const tarball = await packSdk(folder)
  await writeFile(join(folder, 'package.json'), '{ "name": "customer", "private": true, "type": "module" }')
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', tarball], { cwd: folder })
  return {
    folder,
    tarball,
    installed: join(folder, 'node_modules/@gatehouse/sdk'),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
