import { newUser } from '@gatehouse/contract'
import { Compile } from 'typebox/compile'
import { asProblem } from '../../problem/index.ts'
import type { Line } from '../../protocol/lines.ts'
import { parseStrictJson } from '../../protocol/strict-json.ts'
import { requireCanonical } from './canonical-identifier.ts'
import type { NewAddressInput, NewIdentifierInput, NewUserInput } from './identity-backend.ts'
import type { Refusal } from './imports.store.ts'
import { requireTotpSecret } from './local-totp.ts'
import { readNewUser } from './read-new-user.ts'

/** A person of an import file, with everything that can be said without the database. */
export interface ImportedPerson extends Omit<NewUserInput, 'identifiers' | 'addresses' | 'password'> {
  readonly identifiers: readonly (NewIdentifierInput & { readonly canonical: string })[]
  readonly addresses: readonly (NewAddressInput & { readonly canonical: string })[]
  readonly password: Extract<NonNullable<NewUserInput['password']>, { kind: 'hashed' }> | undefined
}

const shape = Compile(newUser)
const utf8 = new TextDecoder('utf-8', { fatal: true })

/** The person whom a line describes, as `systemCreateUser` takes them, or why it describes none. Holds no part of the line in a refusal. */
export function readImportLine(line: Line): ImportedPerson | Refusal {
  if (line === undefined) return { reason: 'too_long' }
  let given: unknown
  try {
    given = parseStrictJson(utf8.decode(line))
  } catch (thrown) {
    return { reason: 'malformed', detail: thrown instanceof SyntaxError ? thrown.message : 'the line is not UTF-8' }
  }
  if (!shape.Check(given)) {
    const [first] = shape.Errors(given)
    return {
      reason: 'malformed',
      detail: `the line${first?.instancePath ?? ''} ${first?.message ?? 'has another shape'}`,
    }
  }
  try {
    return canonicalPerson(readNewUser(given))
  } catch (thrown) {
    const { code, message } = asProblem(thrown)
    if (code === 'password.refused') return { reason: 'hash_unusable', detail: message }
    if (code === 'request.invalid') return { reason: 'invalid', detail: message }
    throw thrown
  }
}

export const isRefused = (read: ImportedPerson | Refusal): read is Refusal => 'reason' in read

function canonicalPerson(input: NewUserInput): ImportedPerson | Refusal {
  // Hashing a million of them here would take hours; whoever has clear passwords has a way to hash them.
  if (input.password?.kind === 'plain') return { reason: 'password_in_clear' }
  const totpSecret =
    input.totpSecret === undefined ? undefined : requireTotpSecret(input.totpSecret, 'credentials.totp_secret')
  const identifiers = input.identifiers.map((one, at) => {
    return { ...one, canonical: requireCanonical(one.type, one.identifier, `identifiers[${at}]`) }
  })
  const addresses = input.addresses.map((one, at) => {
    return { ...one, canonical: requireCanonical(one.type, one.address, `verifiable_addresses[${at}]`) }
  })
  if (hasTwice(identifiers.map(nameOfIdentifier)))
    return { reason: 'invalid', detail: 'identifiers holds the same one twice.' }
  if (hasTwice(addresses.map(({ canonical }) => canonical))) {
    return { reason: 'invalid', detail: 'verifiable_addresses holds the same one twice.' }
  }
  return { ...input, identifiers, addresses, password: input.password, totpSecret }
}

const hasTwice = (values: readonly string[]): boolean => values.length > 1 && new Set(values).size < values.length

/** What no two people of a pool have in common. */
export const nameOfIdentifier = (one: { readonly type: string; readonly canonical: string }): string =>
  `${one.type} ${one.canonical}`
