import { createPrivateKey, createPublicKey, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { ExternalSigningKey } from 'oidc-provider'

/**
 * A P-256 key that signs at once. The engine's own way goes through WebCrypto, which costs more and waits in the thread
 * pool behind the password hashes. The private half stays in the key object and cannot be read out of it by name.
 */
export class NativeKey extends ExternalSigningKey {
  readonly #privateKey: KeyObject
  readonly #publicKey: KeyObject

  /** @param jwk private, ES256, with its `kid` */
  constructor(jwk: Readonly<Record<string, unknown>>) {
    super()
    this.#privateKey = createPrivateKey({ key: jwk, format: 'jwk' })
    this.#publicKey = createPublicKey(this.#privateKey)
    Object.assign(this, { kid: jwk['kid'], alg: jwk['alg'] })
  }

  override keyObject(): KeyObject {
    return this.#publicKey
  }

  override sign(data: Uint8Array): Uint8Array {
    return sign('sha256', data, { key: this.#privateKey, dsaEncoding: 'ieee-p1363' })
  }
}
