/** Tells whether a password, folded by `foldPassword`, is one that guessers try early. */
export type CommonPasswords = (folded: string) => boolean

/** One spelling for comparing a password with words. Never for hashing. */
export const foldPassword = (text: string): string => text.normalize('NFC').toLowerCase().normalize('NFC')

let loaded: Promise<CommonPasswords> | undefined

/**
 * The offline list of breached and common passwords (about 49,000, all in lower case) of `@zxcvbn-ts/language-common`.
 * Read at the first call and kept: a few megabytes that a server which never sets a password does not pay for.
 */
export function loadCommonPasswords(): Promise<CommonPasswords> {
  loaded ??= import('@zxcvbn-ts/language-common').then(({ dictionary }) => {
    const list = new Set(dictionary['passwords-common'].map(foldPassword))
    return (folded) => isOnListOrRepeated(folded, list)
  })
  return loaded
}

/**
 * Lists hold few passwords of 15 characters and more, because people were not asked for such; these are the ways in
 * which short ones are made long: the same piece again and again, or the next key each time.
 */
function isOnListOrRepeated(folded: string, list: ReadonlySet<string>): boolean {
  if (list.has(folded) || isRun(folded)) return true
  const piece = repeatedPiece(folded)
  return piece !== undefined && (piece.length <= 3 || list.has(piece))
}

/** The shortest text that gives the whole when repeated, if there is one. */
function repeatedPiece(text: string): string | undefined {
  const next = (text + text).indexOf(text, 1)
  return next < text.length ? text.slice(0, next) : undefined
}

/** `abcdefghij…`, `987654321098…`: every character is the one before plus one, or minus one; digits go round. */
function isRun(text: string): boolean {
  const points = Array.from(text, (character) => character.codePointAt(0) ?? 0)
  return (
    points.length > 3 &&
    [1, -1].some((step) => points.every((point, at) => at === 0 || follows(points[at - 1] ?? 0, point, step)))
  )
}

const isDigit = (point: number): boolean => point >= 48 && point <= 57

function follows(before: number, point: number, step: number): boolean {
  return isDigit(before) && isDigit(point) ? (before - 48 + step + 10) % 10 === point - 48 : before + step === point
}
