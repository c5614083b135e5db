import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, readFileSync } from 'node:fs'
import { StartTrouble } from './start-trouble.ts'
import { writeWhole } from './write-whole.ts'

const names = ['portal', 'setup', 'office', 'crm'] as const

/** Client secrets of this installation: the portal's, that of the set-up, of the read-only office, and of whoever tries the API. */
export type Secrets = Readonly<Record<(typeof names)[number], string>>

/**
 * Reads the secrets, or makes those that are not there. Only this account may read the file.
 *
 * @throws StartTrouble when the file is there and cannot be understood; making new ones would not fit the database
 */
export function ensureSecrets(file: string): Secrets {
  const kept = existsSync(file) ? readSecrets(file) : {}
  if (!kept) {
    throw new StartTrouble(`The file ${file} cannot be understood: remove the folder it is in and start again.`)
  }
  const missing = names.filter((name) => !(name in kept))
  if (missing.length === 0) {
    chmodSync(file, 0o600)
    return kept as Secrets
  }
  // A demo of an earlier release knew fewer.
  const made = Object.fromEntries(missing.map((name) => [name, randomBytes(32).toString('base64url')]))
  const all = { ...kept, ...made } as Secrets
  writeWhole(file, `${JSON.stringify(all, undefined, 2)}\n`, 0o600)
  return all
}

function readSecrets(file: string): Partial<Secrets> | undefined {
  try {
    const content = JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, unknown>>
    const isSound = Object.values(content).every((secret) => typeof secret === 'string' && secret.length >= 32)
    return isSound ? content : undefined
  } catch {
    return undefined
  }
}
