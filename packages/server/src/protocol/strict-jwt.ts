import { parseStrictJson } from './strict-json.ts'

const longest = 16 * 1024

/**
 * Whether a compact JWS is written in its one way and read by everybody alike: three parts in base64url without padding or
 * stray bits, header and claims JSON in which no name stands twice. It says nothing of the signature; look before it is
 * checked, so that two texts are never one token.
 *
 * @see RFC 7515 §2 (base64url), RFC 8725 §2.4, RFC 7519 §4 (unique claim names)
 */
export function isStrictJwt(token: string): boolean {
  if (token.length > longest) return false
  const parts = token.split('.')
  if (parts.length !== 3) return false
  const [header, claims, signature] = parts.map(bytesOf)
  return header !== undefined && claims !== undefined && signature !== undefined && isStrict(header) && isStrict(claims)
}

function bytesOf(part: string): Buffer | undefined {
  const bytes = Buffer.from(part, 'base64url')
  return bytes.toString('base64url') === part ? bytes : undefined
}

function isStrict(bytes: Buffer): boolean {
  try {
    const value = parseStrictJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}
