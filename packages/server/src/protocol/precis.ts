/**
 * Names and passwords as people type them, brought to one form. PRECIS, as far as the Unicode properties that
 * JavaScript's regular expressions know allow; each place where we are not the letter of the RFC says so.
 *
 * @see RFC 8264 (string classes), RFC 8265 (usernames and passwords), RFC 5893 (the Bidi Rule)
 */

/** Code points. The longest name that is looked up. */
export const maxUsernameCharacters = 256

const oldHangulJamo = '\\u1100-\\u11FF\\uA960-\\uA97C\\uD7B0-\\uD7C6\\uD7CB-\\uD7FB'

/**
 * What FreeformClass refuses: controls, unassigned, private use, halves of surrogate pairs, old Hangul, ignorable
 * code points. Divergence from RFC 8264 §9.13: joiners, presentation selectors and tags pass, because keyboards put
 * them into emoji and a password is never shown to anybody who could be misled by them.
 */
const refusedInPassword = new RegExp(
  `(?![\\u200C\\u200D\\uFE0E\\uFE0F\\u{E0020}-\\u{E007F}])[\\p{Cc}\\p{Cn}\\p{Co}\\p{Cs}\\p{Default_Ignorable_Code_Point}${oldHangulJamo}]`,
  'u',
)

/**
 * Prepares a new password: any space becomes U+0020, then NFC. Case, width and outer spaces are kept.
 * The result is what gets hashed, and what a typed password is turned into before it is compared with such a hash.
 *
 * @returns undefined for the empty text and for characters that nobody can type or that may change their meaning
 * @see RFC 8265 §4.2.2 (OpaqueString)
 */
export function opaqueString(typed: string): string | undefined {
  const password = typed.replaceAll(/\p{Zs}/gu, ' ').normalize('NFC')
  return password === '' || refusedInPassword.test(password) ? undefined : password
}

/**
 * Brings a typed username to the one form that is stored, compared and looked up: outer white space gone, runs of
 * inner spaces one space, full and half width as normal width, lower case (the same in every locale), NFC.
 * Doing it twice changes nothing. Two names that look alike in different scripts stay two names.
 *
 * E-mail addresses pass as they are, in lower case, so a name typed as an address has one form whichever field it is in.
 *
 * @returns undefined for what cannot be a name: empty, over 256 characters, or with a character outside
 * IdentifierClass (controls, zero-width and other invisible ones, symbols outside ASCII, compatibility forms such as
 * ligatures), or mixing directions against the Bidi Rule. Stricter than the RFC: U+200C and U+200D are always refused.
 * @see RFC 8265 §3.3 (UsernameCaseMapped), §3.5 (userparts)
 */
export function canonicalUsername(typed: string): { canonical: string } | undefined {
  if (isTooLong(typed)) return undefined
  const userparts = typed
    .replaceAll(/\p{Zs}+/gu, ' ')
    .trim()
    .split(' ')
    .map(canonicalUserpart)
  const canonical = userparts.join(' ')
  if (userparts.includes(undefined) || isTooLong(canonical)) return undefined
  return { canonical }
}

const isTooLong = (text: string): boolean =>
  text.length > 2 * maxUsernameCharacters || Array.from(text).length > maxUsernameCharacters

function canonicalUserpart(typed: string): string | undefined {
  // RFC 8265 §3.3.2: width mapping comes before the class is checked, case mapping and NFC after it
  const prepared = typed.replaceAll(/[\uFF01-\uFF9F]/g, (wide) => wide.normalize('NFKC'))
  if (!isIdentifier(prepared)) return undefined
  const mapped = prepared.toLowerCase().normalize('NFC')
  return isIdentifier(mapped) && meetsContextRules(mapped) && meetsBidiRule(mapped) ? mapped : undefined
}

/** ASCII7, letters, digits and marks, with the exceptions of RFC 8264 §9.6; contextual ones are looked at apart. */
const identifierCharacters = new RegExp(
  `^(?:(?![${oldHangulJamo}\\p{Default_Ignorable_Code_Point}\\u0640\\u07FA\\u302E\\u302F\\u3031-\\u3035\\u303B])` +
    '[\\u0021-\\u007E\\p{Ll}\\p{Lu}\\p{Lo}\\p{Lm}\\p{Mn}\\p{Mc}\\p{Nd}\\u06FD\\u06FE\\u0F0B\\u3007\\u00B7\\u0375\\u05F3\\u05F4\\u30FB])+$',
  'u',
)

/** HasCompat: what NFKC would turn into something else. */
const hasCompatibilityForm = (text: string): boolean =>
  Array.from(text).some((character) => character.normalize('NFKC') !== character)

function isIdentifier(text: string): boolean {
  return identifierCharacters.test(text) && !hasCompatibilityForm(text)
}

/** @see RFC 5892 Appendix A.3 to A.9 */
function meetsContextRules(text: string): boolean {
  return !(
    /(?<!l)\u00B7|\u00B7(?!l)/u.test(text) ||
    /\u0375(?!\p{Script=Greek})/u.test(text) ||
    /(?<!\p{Script=Hebrew})[\u05F3\u05F4]/u.test(text) ||
    (text.includes('\u30FB') && !/\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Han}/u.test(text)) ||
    (/[\u0660-\u0669]/.test(text) && /[\u06F0-\u06F9]/.test(text))
  )
}

/** Blocks whose letters run from right to left, assigned or not: DerivedBidiClass-17.0, default R and AL. */
const rightToLeft =
  '(?![\\u0660-\\u0669\\u06F0-\\u06F9\\u{10D30}-\\u{10D39}\\p{Mn}])[\\u0590-\\u08FF\\u{10800}-\\u{10FFF}\\u{1E800}-\\u{1EFFF}]'
const arabicNumber = '[\\u0660-\\u0669\\u{10D30}-\\u{10D39}]'
const europeanNumber = '[0-9\\u06F0-\\u06F9]'
const asciiSign = '[!-/:-@\\[-`{-~]'

const hasRightToLeft = new RegExp(`${rightToLeft}|${arabicNumber}`, 'u')
const rightToLeftName = new RegExp(
  `^${rightToLeft}(?:${rightToLeft}|${arabicNumber}|${europeanNumber}|${asciiSign}|\\p{Mn})*$`,
  'u',
)
const rightToLeftEnd = new RegExp(`(?:${rightToLeft}|${arabicNumber}|${europeanNumber})\\p{Mn}*$`, 'u')

/**
 * Only identifiers come here, so every left-to-right letter is L and every sign is ASCII. A text with any
 * right-to-left character must then be a right-to-left one: rule 5 forbids such characters in the other kind.
 *
 * @see RFC 5893 §2
 */
function meetsBidiRule(text: string): boolean {
  if (!hasRightToLeft.test(text)) return true
  const hasBothNumbers = new RegExp(arabicNumber, 'u').test(text) && new RegExp(europeanNumber, 'u').test(text)
  return rightToLeftName.test(text) && rightToLeftEnd.test(text) && !hasBothNumbers
}

/** UTF-16 units. No name that can be found is as long, so what follows cannot matter. */
const maxKeyInput = 4 * maxUsernameCharacters

/**
 * One text for everything a name might be taken for: the key of a throttle counter. Coarser than `canonicalUsername`:
 * whatever has one canonical form has one key, and so have variants that are no valid names (invisible characters,
 * compatibility forms, dotless and dotted i, ß and ss). Never use it to find a person: different people may share it.
 * Never fails; a text of nothing but white space and invisible characters gives the empty key.
 */
export function lookupKeyText(typed: string): string {
  let text = typed.slice(0, maxKeyInput).toWellFormed()
  // folding can uncover what an earlier step would have changed
  for (let pass = 0; pass < 3; pass += 1) text = fold(text)
  return text
}

function fold(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/[\t-\r\u0085\p{Z}]+/gu, ' ')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Default_Ignorable_Code_Point}]/gu, '')
    .toUpperCase()
    .toLowerCase()
    .replaceAll('i\u0307', 'i')
    .replaceAll('ς', 'σ')
    .normalize('NFKC')
    .trim()
}
