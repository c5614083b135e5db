import { Problem } from '../../problem/index.ts'
import type { UserKey } from './identity-backend.ts'

interface Named {
  readonly userID?: string
  readonly identifier?: string
}

/** Whose a code is, where a caller says so. @throws Problem `request.invalid` when it is said in two ways */
export function readHolder({ userID, identifier }: Named): UserKey | undefined {
  const [hasId, hasIdentifier] = [isGiven(userID), isGiven(identifier)]
  if (hasId && hasIdentifier) throw new Problem('request.invalid', 'Give either userID or identifier.')
  if (hasId) return { kind: 'id', userId: userID ?? '' }
  return hasIdentifier ? { kind: 'identifier', identifier: identifier ?? '' } : undefined
}

export const addressHolder = (address: string | undefined): UserKey | undefined =>
  address === undefined ? undefined : { kind: 'address', address }

const isGiven = (text: string | undefined): boolean => text !== undefined && text !== ''
