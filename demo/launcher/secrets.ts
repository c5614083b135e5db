import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, readFileSync } from 'node:fs'
import { StartTrouble } from './start-trouble.ts'
import { writeWhole } from './write-whole.ts'

const names = ['portal', 'setup', 'office'] as const

/** Client secrets of this installation: the portal's, that of the set-up, and that of the read-only office. */
export type Secrets = Readonly<Record<(typeof names)[number], string>>

/**
 * Reads the secrets, or makes them if there is no such file. Only this account may read it.
 *
 * @throws StartTrouble when the file is there and cannot be understood; making new ones would not fit the database
 */
export function ensureSecrets(file: string): Secrets {
  if (!existsSync(file)) {
    const made = Object.fromEntries(names.map((name) => [name, randomBytes(32).toString('base64url')])) as Secrets
    writeWhole(file, `${JSON.stringify(made, undefined, 2)}\n`, 0o600)
    return made
  }
  chmodSync(file, 0o600)
  const secrets = readSecrets(file)
  if (!secrets) {
    throw new StartTrouble(`The file ${file} cannot be understood: remove the folder it is in and start again.`)
  }
  return secrets
}

function readSecrets(file: string): Secrets | undefined {
  try {
    const content = JSON.parse(readFileSync(file, 'utf8')) as Partial<Record<string, unknown>>
    const isComplete = names.every((name) => typeof content[name] === 'string' && content[name].length >= 32)
    return isComplete ? (content as Secrets) : undefined
  } catch {
    return undefined
  }
}
