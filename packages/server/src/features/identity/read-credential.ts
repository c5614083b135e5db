import type { HashedPassword, NewCredential } from '@gatehouse/contract'
import { Problem } from '../../problem/index.ts'
import { fromColumns } from '../../protocol/password-hash/index.ts'
import type { FirstPassword } from './identity-backend.ts'

/**
 * The password among the credentials of a new user.
 *
 * @throws Problem `request.invalid` for other kinds of credentials and for more than one password, `password.refused` for a
 * hash that cannot be read or costs more than we spend on one
 */
export function readCredentials(credentials: readonly NewCredential[]): FirstPassword | undefined {
  // Divergence D-08: other credentials are refused, not dropped.
  if (credentials.some(({ type }) => type !== 'password')) {
    throw new Problem('request.invalid', 'Only credentials of type password can be given to a new user.')
  }
  const [only, another] = credentials
  if (another) throw new Problem('request.invalid', 'A user has one password.')
  return only && readPassword(only)
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
