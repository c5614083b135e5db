import { limits } from '../../protocol/password-hash/index.ts'
import { opaqueString } from '../../protocol/precis.ts'
import { foldPassword, loadCommonPasswords } from './common-passwords.ts'
import type { CommonPasswords } from './common-passwords.ts'

/** What a pool asks of a new password. What is absent takes the default. No composition rules, no expiry by age. */
export interface PasswordRules {
  /** Where the password is the only factor. Default 15; never below 8. */
  readonly minLength?: number
  /** Where every sign-in asks for a second factor. Default 8; never below 8. */
  readonly minLengthWithSecondFactor?: number
  /** Default and at most 4,096; never below 64. */
  readonly maxLength?: number
  /** Whether this person can sign in only with a second factor. Default false: the longer minimum holds. */
  readonly hasSecondFactor?: boolean
  /**
   * What an attacker would try first: username, display name, e-mail address, biller's name, product name, as they are.
   * Of an address only the part before the @ counts.
   */
  readonly contextWords: readonly string[]
}

/** Why a password is refused. Pages translate the codes. Lengths count code points of the prepared password. */
export type PolicyRefusal =
  | { readonly code: 'too_short'; readonly min: number }
  | { readonly code: 'too_long'; readonly max: number }
  /** A control, an unassigned or an invisible character. */
  | { readonly code: 'unusable_character' }
  /** On the list of common and breached passwords, or made by repeating or counting. */
  | { readonly code: 'common' }
  | { readonly code: 'context_word'; readonly word: string }
  /** Not found here: it takes the hashes of earlier passwords. */
  | { readonly code: 'used_before' }

export type PolicyVerdict =
  /** The text to hash (RFC 8265 OpaqueString), which need not be the text that was typed. */
  { readonly ok: true; readonly password: string } | { readonly ok: false; readonly refusals: readonly PolicyRefusal[] }

const leastEver = 8
const mostAtLeast = 64
const shortestContextWord = 4

/**
 * Judges a new password by everything that needs no database: all refusals at once, so that a person is told once.
 *
 * @see NIST SP 800-63B-4 §3.1.1.2
 */
export async function checkNewPassword(typed: string, rules: PasswordRules): Promise<PolicyVerdict> {
  return judgePassword(typed, rules, await loadCommonPasswords())
}

/** The rules themselves. */
export function judgePassword(typed: string, rules: PasswordRules, isCommon: CommonPasswords): PolicyVerdict {
  const max = Math.min(Math.max(rules.maxLength ?? limits.passwordCharacters, mostAtLeast), limits.passwordCharacters)
  // twice the units hold as many code points, and more is not worth preparing
  if (typed.length > 2 * max) return { ok: false, refusals: [{ code: 'too_long', max }] }

  const min = leastLength(rules)
  const password = opaqueString(typed)
  if (password === undefined) {
    return { ok: false, refusals: [typed === '' ? { code: 'too_short', min } : { code: 'unusable_character' }] }
  }

  const refusals: PolicyRefusal[] = []
  const length = Array.from(password).length
  if (length < min) refusals.push({ code: 'too_short', min })
  if (length > max) refusals.push({ code: 'too_long', max })
  const folded = foldPassword(password)
  if (isCommon(folded)) refusals.push({ code: 'common' })
  const word = wordItIsMadeOf(folded, contextWordsOf(rules.contextWords))
  if (word !== undefined) refusals.push({ code: 'context_word', word })
  return refusals.length === 0 ? { ok: true, password } : { ok: false, refusals }
}

function leastLength({
  minLength = 15,
  minLengthWithSecondFactor = 8,
  hasSecondFactor = false,
}: PasswordRules): number {
  return Math.max(hasSecondFactor ? minLengthWithSecondFactor : minLength, leastEver)
}

/** Whole phrases without their spaces, and each word in them, of at least four letters, longest first. */
export function contextWordsOf(phrases: readonly string[]): readonly string[] {
  const words = phrases.flatMap((phrase) => {
    const folded = foldPassword(phrase.replace(/@.*$/su, ''))
    const parts = folded.split(/[^\p{L}\p{M}\p{N}]+/u)
    return [...parts, parts.join('')]
  })
  const long = words.filter((word) => (word.match(/\p{L}/gu) ?? []).length >= shortestContextWord)
  return [...new Set(long)].toSorted((a, b) => b.length - a.length)
}

/**
 * A password is made of context words when fewer than four letters are left without them: `JaneDoe-2026!!!` is made of
 * `janedoe`, while `my savannah holiday` is not made of Anna's name although it holds it. Length does not help the
 * first kind, and refusing the second would only punish people for their names.
 *
 * @returns the longest word that was found in it
 */
function wordItIsMadeOf(folded: string, words: readonly string[]): string | undefined {
  let rest = folded.replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, '')
  let longest: string | undefined
  for (const word of words) {
    if (!rest.includes(word)) continue
    longest ??= word
    rest = rest.replaceAll(word, ' ')
  }
  const lettersLeft = (rest.match(/\p{L}/gu) ?? []).length
  return longest !== undefined && lettersLeft < shortestContextWord ? longest : undefined
}
