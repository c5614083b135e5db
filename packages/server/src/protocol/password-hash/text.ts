/**
 * Strict readers for the encodings that password tables use. `Buffer.from(text, 'base64')` skips what it
 * does not know, which would let two different texts mean one hash; these give undefined instead.
 */

/** Base64 with padding. @see RFC 4648 §4 */
export function readBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : undefined
}

/** Base64 without padding, the B64 of PHC strings. */
export function readB64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  return writeB64(bytes) === text ? bytes : undefined
}

export const writeB64 = (bytes: Buffer): string => bytes.toString('base64').replace(/={1,2}$/, '')

/** Hexadecimal digits in any letter case. @see RFC 4648 §8 */
export function readHex(text: string): Buffer | undefined {
  return /^(?:[0-9a-f]{2})*$/i.test(text) ? Buffer.from(text, 'hex') : undefined
}

/** A decimal number as standards write it: no sign, no leading zero, at most ten digits. */
export function readDecimal(text: string | undefined): number | undefined {
  return text !== undefined && /^(?:0|[1-9][0-9]{0,9})$/.test(text) ? Number(text) : undefined
}

/**
 * The parameters of one `$` field: `m=19456,t=2,p=1`. Undefined unless exactly `names` stand there, in that order.
 * @see https://github.com/P-H-C/phc-string-format
 */
export function readDecimals<Name extends string>(
  field: string,
  names: readonly Name[],
): Record<Name, number> | undefined {
  const parts = field.split(',')
  if (parts.length !== names.length) return undefined
  const entries: [Name, number][] = []
  for (const [index, name] of names.entries()) {
    const part = parts[index] ?? ''
    const value = part.startsWith(`${name}=`) ? readDecimal(part.slice(name.length + 1)) : undefined
    if (value === undefined) return undefined
    entries.push([name, value])
  }
  return Object.fromEntries(entries) as Record<Name, number>
}
