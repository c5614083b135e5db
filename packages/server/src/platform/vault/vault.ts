/**
 * The one place that turns secrets into bytes that may be stored, and back.
 *
 * A sealed value carries the id of the key that sealed it, so that values sealed before a rotation stay readable. The
 * `context` (which record, which field) is bound to the value: a value moved to another record does not open.
 */
export interface Vault {
  seal(plain: Uint8Array | string, context: string): Buffer
  /** @throws Error when the bytes were changed, moved to another context, or sealed by a key this vault does not hold */
  open(sealed: Uint8Array, context: string): Buffer
  openText(sealed: Uint8Array, context: string): string
  /** Id of the key that sealed these bytes; rotation re-seals what is not sealed by `currentKeyId`. */
  keyIdOf(sealed: Uint8Array): string
  readonly currentKeyId: string
  /** Makes a new current key; older keys still open. */
  rotate(): Promise<void>
  /** Takes up the keys that another process has made. */
  reload(): Promise<void>
  /** Forgets every key but the current one; what they sealed does not open any more. */
  forgetOldKeys(): Promise<void>
}
