import type { HashedPassword, NewCredential } from '@gatehouse/contract'
import { Problem } from '../../problem/index.ts'
import { fromColumns } from '../../protocol/password-hash/index.ts'
import { readKey } from './show-webauthn.ts'
import type { FirstPassword, NewUserInput } from './identity-backend.ts'

type FirstCredential = 'password' | 'totpSecret' | 'webAuthnKeys'

/**
 * The credentials of a new user.
 *
 * @throws Problem `request.invalid` for two of one type and for what does not belong to a type, `password.refused` for a hash
 * that cannot be read or costs more than we spend on one
 */
export function readCredentials(credentials: readonly NewCredential[]): Pick<NewUserInput, FirstCredential> {
  if (new Set(credentials.map(({ type }) => type)).size < credentials.length) {
    throw new Problem('request.invalid', 'A user has one credential of a type.')
  }
  const given: { -readonly [C in FirstCredential]?: NonNullable<NewUserInput[C]> } = {}
  for (const credential of credentials) {
    requireOwnFields(credential)
    switch (credential.type) {
      case 'password':
        given.password = readPassword(credential)
        break
      case 'totp':
        given.totpSecret = credential.totp_secret ?? ''
        break
      case 'webauthn':
        given.webAuthnKeys = (credential.webauthn_credentials ?? []).map(readKey)
        break
    }
  }
  return given
}

const ownFields = {
  password: ['password', 'hashed_password'],
  totp: ['totp_secret'],
  webauthn: ['webauthn_credentials'],
} as const

/** What says how another type is proved would otherwise be dropped without a word. */
function requireOwnFields(credential: NewCredential): void {
  for (const [type, fields] of Object.entries(ownFields)) {
    for (const field of fields) {
      if (type !== credential.type && credential[field] !== undefined) {
        throw new Problem('request.invalid', `A credential of type ${credential.type} has no ${field}.`)
      }
    }
  }
}

function readPassword(credential: NewCredential): FirstPassword {
  const { password, hashed_password: hashed } = credential
  const state = credential.must_be_reset ? 'must_be_reset' : credential.must_be_changed ? 'must_be_changed' : 'valid'
  if (password !== undefined && hashed === undefined) return { kind: 'plain', password, state }
  if (hashed !== undefined && password === undefined) return { kind: 'hashed', verifier: readHash(hashed), state }
  throw new Problem('request.invalid', 'A password credential has either password or hashed_password.')
}

function readHash({ format, hash, salt }: HashedPassword): string {
  const verifier = fromColumns({ format, hash, salt })
  if (verifier !== undefined) return verifier
  throw new Problem('password.refused', 'The hash is not of the format it is said to be, or costs too much.', {
    details: { reasons: [{ code: 'hash_unusable' }] },
  })
}
