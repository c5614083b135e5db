import { Problem } from '../../problem/index.ts'

/** Private members of a JWK (RFC 7518 §6): `k` is a whole symmetric key. */
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k', 'oth']

/**
 * What is kept as it came is given back as it came, so no key that should be secret may be in it, however deep.
 *
 * @throws Problem `request.invalid`
 */
export function refuseSecrets(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  if ('kty' in value && privateMembers.some((member) => member in value)) {
    throw new Problem('request.invalid', 'A key with private members cannot be kept here.')
  }
  for (const inner of Object.values(value)) refuseSecrets(inner)
}
