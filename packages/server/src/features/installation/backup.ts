import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Type } from 'typebox'
import type { Static } from 'typebox'
import { Value } from 'typebox/value'
import { StartError } from '../../platform/config/index.ts'
import { readJson } from '../../platform/config/sources.ts'
import { knownMigrations, restoreEmbedded } from '../../platform/db/index.ts'
import type { Command, Say } from '../../surfaces/command/index.ts'
import { markRestored } from './fence.ts'

const databaseFile = 'database.tar.gz'
const vaultFiles = ['vault.keys', 'vault.secret'] as const
const manifestFile = 'manifest.json'

const manifestShape = Type.Object({
  format: Type.Literal('gatehouse-backup-1'),
  takenAt: Type.String(),
  migrations: Type.Array(Type.String()),
  /** SHA-256 in hexadecimal, by file. */
  files: Type.Record(Type.String(), Type.String({ pattern: '^[0-9a-f]{64}$' })),
})

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

export const backupCommand: Command = {
  name: 'backup',
  summary: 'Copies the embedded database and the vault into a new folder, while the server runs or not.',
  details: `The copy is of one moment. It holds the key file of the vault; where no GATEHOUSE_VAULT_SECRET is set it holds the secret
too and opens for whoever has it. PostgreSQL has its own tools: docs/operations/backup.md.`,
  arguments: [{ name: 'FOLDER', description: 'The folder to make.', isPath: true }],
  async run({ config, clock, random, dumpEmbedded }, given, say) {
    const folder = given.arguments['FOLDER'] ?? ''
    if (!dumpEmbedded) {
      say('This installation uses PostgreSQL: take its backup with its own tools, see docs/operations/backup.md.')
      return 1
    }
    if (existsSync(folder)) {
      say(`${folder} is there already: name a new folder.`)
      return 1
    }
    // Under another name until it is whole: half a backup never looks like one.
    const part = `${folder}.${random.bytes(4).toString('hex')}.part`
    try {
      await mkdir(part, { recursive: true, mode: 0o700 })
      const files: Record<string, string> = {}
      const database = await dumpEmbedded()
      await writeWhole(join(part, databaseFile), database)
      files[databaseFile] = digest(database)
      for (const name of vaultFiles.filter((one) => existsSync(join(config.dataFolder, one)))) {
        await copyFile(join(config.dataFolder, name), join(part, name))
        files[name] = digest(await readFile(join(part, name)))
      }
      const manifest: Static<typeof manifestShape> = {
        format: 'gatehouse-backup-1',
        takenAt: clock.now().toISOString(),
        migrations: [...knownMigrations],
        files,
      }
      await writeWhole(join(part, manifestFile), Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`))
      await rename(part, folder)
      say(`${folder} holds the backup of ${manifest.takenAt}: ${(database.byteLength / 1e6).toFixed(1)} MB.`)
      if ('vault.secret' in files) say('It holds the secret of the vault too: keep it as you keep a password.')
      return 0
    } finally {
      await rm(part, { recursive: true, force: true })
    }
  },
}

/**
 * Makes the data folder from a backup. The database is whole and still believes what was true when the backup was taken:
 * `fence` must follow, and no server starts before.
 *
 * @throws StartError when the backup is not whole, is of a newer release, or the folder holds an installation
 */
export async function restoreBackup(source: string, dataFolder: string, say: Say): Promise<void> {
  const manifest = await readJson(join(source, manifestFile), 'The manifest')
  if (!Value.Check(manifestShape, manifest)) throw new StartError(`${source} is no backup of Gatehouse.`)
  const unknown = manifest.migrations.filter((name) => !knownMigrations.includes(name))
  if (unknown.length > 0) {
    throw new StartError(
      `The backup is of a newer release, which knows ${unknown.join(', ')}: restore it with that one.`,
    )
  }
  if (!(databaseFile in manifest.files)) throw new StartError(`${source} is no backup of Gatehouse.`)
  const contents = new Map<string, Buffer>()
  for (const [name, expected] of Object.entries(manifest.files)) {
    if (name !== databaseFile && !vaultFiles.some((one) => one === name)) continue
    const bytes = await readFile(join(source, name)).catch(() => undefined)
    if (!bytes || digest(bytes) !== expected)
      throw new StartError(`The backup is not whole: ${name} is not what was written.`)
    contents.set(name, bytes)
  }
  for (const name of ['database', ...vaultFiles]) {
    if (existsSync(join(dataFolder, name))) {
      throw new StartError(`${dataFolder} holds an installation: move it away, or choose another with GATEHOUSE_DATA.`)
    }
  }
  await mkdir(dataFolder, { recursive: true, mode: 0o700 })
  await markRestored(dataFolder)
  await restoreEmbedded(
    dataFolder,
    new Blob([new Uint8Array(contents.get(databaseFile) ?? [])], { type: 'application/x-gzip' }),
  )
  for (const name of vaultFiles) {
    const bytes = contents.get(name)
    if (bytes) await writeFile(join(dataFolder, name), bytes, { mode: 0o600, flag: 'wx' })
  }
  say(`${dataFolder} is as it was at ${manifest.takenAt}.`)
}

async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(file, 'wx', 0o600)
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
}
