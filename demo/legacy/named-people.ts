import { billerBySlug, type Biller } from './billers.ts'
import { namedTable } from './named-table.ts'
import { hashKinds, type HashKind } from './password-hash.ts'

const states = ['ok', 'locked', 'disabled', 'must-change', 'must-reset'] as const

const kindByWord: Readonly<Record<string, HashKind>> = {
  v2: 'aspnet-identity-v2',
  v3: 'aspnet-identity-v3',
  sha1: 'aspnet-membership-sha1',
  bcrypt: 'bcrypt',
  pbkdf2: 'pbkdf2',
  md5: 'salted-md5-first',
}

export type NamedState = (typeof states)[number]

/** Somebody of the demo whose password is public. Their hash is in `named-triples.jsonl` under the same user name. */
export interface NamedPerson {
  readonly biller: Biller
  readonly username: string
  readonly displayName: string
  readonly email: string | undefined
  readonly password: string
  readonly hashKind: HashKind
  readonly state: NamedState
}

/** The people of `named-table.ts`, in its order. A line that cannot be read throws, with its text. */
export const namedPeople: readonly NamedPerson[] = readTable(namedTable)

function readTable(table: string): readonly NamedPerson[] {
  const people: NamedPerson[] = []
  let biller: Biller | undefined
  for (const line of table.split('\n').filter((text) => text !== '')) {
    if (line.startsWith('# ')) biller = billerBySlug(line.slice(2))
    else if (biller) people.push(readLine(biller, line))
    else throw new Error(`a person without a biller: ${line}`)
  }
  return people
}

function readLine(biller: Biller, line: string): NamedPerson {
  const [username, displayName, address, password, kindWord, stateWord, ...more] = line
    .split('|')
    .map((cell) => cell.trim())
  const hashKind = hashKinds.find((kind) => kind === kindByWord[kindWord ?? ''])
  const state = states.find((known) => known === stateWord)
  if (!username || !displayName || !address || !password || !hashKind || !state || more.length > 0) {
    throw new Error(`a line of the table of named people cannot be read: ${line}`)
  }
  const email = address === '-' ? undefined : address.includes('@') ? address : `${address}@${biller.mailDomain}`
  return { biller, username: username.normalize('NFC'), displayName, email, password, hashKind, state }
}
