import { Problem } from '../../problem/index.ts'
import { canonicalUsername } from '../../protocol/precis.ts'
import { canonicalAddress } from '../users/index.ts'
import type { Address, IdentifierType } from '../users/index.ts'

/** One `@`, something on both sides, no white space or controls. Whether mail arrives is what verification is for. */
const email = /^[^\s@\p{C}]{1,64}@[^\s@\p{C}]{1,255}$/u
/** E.164: `+`, then at most 15 digits. */
const mobile = /^\+[1-9]\d{6,14}$/
const external = /^[^\p{Cc}]{1,256}$/u

/** The form in which identifiers of a type are compared. @returns undefined for a text that is none of that type */
export function canonicalIdentifier(type: IdentifierType, typed: string): string | undefined {
  switch (type) {
    case 'uid':
      return canonicalUsername(typed)?.canonical
    case 'email':
      return email.test(typed.trim()) ? canonicalAddress(typed) : undefined
    case 'mobile':
      return mobile.test(withoutSpacing(typed)) ? withoutSpacing(typed) : undefined
    case 'external':
    case 'federated':
      return external.test(typed) ? typed.normalize('NFC') : undefined
  }
}

const withoutSpacing = (typed: string): string => typed.replaceAll(/[\s().-]/g, '')

/** In the order in which a text without a type is looked for. */
export const identifierTypes = ['uid', 'email', 'mobile', 'external', 'federated'] as const

/** @throws Problem `request.invalid` naming the place, not the text */
export function requireCanonical(type: IdentifierType | Address['type'], typed: string, field: string): string {
  const canonical = canonicalIdentifier(type, typed)
  if (canonical === undefined) {
    throw new Problem('request.invalid', `${field} is not of the type ${type}.`, { details: { fields: [{ field }] } })
  }
  return canonical
}
