import type { WebAuthnKey } from '../../protocol/webauthn/key.ts'
import type { Registration } from '../credentials/index.ts'
import type { PoolId } from '../pools/index.ts'
import type { UserId } from '../users/index.ts'
import type { Caller, ResetProof, ResetRequest } from './identity-backend.ts'

/** A code, and whose it is where it does not say so itself. */
export type CodeOfPerson = Pick<ResetProof, 'code' | 'who'>

/** What an authenticator is asked for, to make a key. */
export interface WebAuthnQuestion {
  /** 256 bits, base64url. */
  readonly challenge: string
  readonly rpId: string
  readonly rpName: string
  readonly userId: UserId
  readonly userName: string
  readonly displayName: string
  readonly timeoutSeconds: number
  /** The person's keys: their authenticators make no second one. */
  readonly keys: readonly WebAuthnKey[]
}

/**
 * Factors of people in our own database. Beside the port: an authenticator answers for one domain, so a key that is made here
 * is of no use elsewhere. Each asks for the caller's scope like the port.
 */
export interface Factors {
  /** Asks an authenticator of the person to make a key. @throws Problem `pool.not_found`, `user.not_found` */
  beginWebAuthnKey(caller: Caller, pool: PoolId, id: UserId): Promise<WebAuthnQuestion>

  /**
   * The answer of the authenticator. The key is proved and waits: it is the person's when it has been added. Right or wrong,
   * an answer uses its question up.
   *
   * @throws Problem `pool.not_found`, `user.not_found`, `webauthn.refused` whatever was wrong
   */
  completeWebAuthnKey(caller: Caller, pool: PoolId, id: UserId, registration: Registration): Promise<WebAuthnKey>

  /** @throws Problem `pool.not_found`, `user.not_found`, `credential.not_found` also for another person's key */
  nameWebAuthnKey(caller: Caller, pool: PoolId, id: UserId, credentialId: string, name: string): Promise<void>

  /** @throws Problem `pool.not_found`, `user.not_found`, `credential.not_found` also for another person's key */
  deleteWebAuthnKey(caller: Caller, pool: PoolId, id: UserId, credentialId: string): Promise<void>

  /**
   * Sends a code that lets a person set a secret for an authenticator again, or add a key; says nothing about whether that is
   * anybody. A new code ends the one before it of the same purpose.
   *
   * @throws Problem `pool.not_found`
   */
  requestFactorCode(
    caller: Caller,
    pool: PoolId,
    purpose: 'enroll_webauthn' | 'reset_totp',
    request: Pick<ResetRequest, 'address' | 'who'>,
  ): Promise<void>

  /**
   * Gives an authenticator a secret, whatever it had, for whoever has the code; a code works once.
   *
   * @throws Problem `pool.not_found`, `code.refused` whatever was wrong with the proof, `request.invalid` for a secret that
   * is none (the code stays good), `request.throttled`
   */
  resetTotpSecret(caller: Caller, pool: PoolId, proof: CodeOfPerson, newSecret: string): Promise<void>

  /**
   * Adds the key that was proved by `completeWebAuthnKey`, for whoever has the code; a code works once.
   *
   * @throws Problem `pool.not_found`, `code.refused` whatever was wrong with the proof, `webauthn.refused` where no such key
   * waits (the code stays good), `request.throttled`
   */
  addWebAuthnKeyByCode(caller: Caller, pool: PoolId, proof: CodeOfPerson, keyId: string): Promise<void>

  /** For somebody who has none here or in a legacy store. @throws Problem as `changePassword`, `password.already_set` */
  setPassword(caller: Caller, pool: PoolId, id: UserId, password: string): Promise<void>

  /** For somebody who has none. @throws Problem `totp.already_set`, `request.invalid` for a secret that is none */
  setTotpSecret(caller: Caller, pool: PoolId, id: UserId, newSecret: string): Promise<void>

  /** Adds a key that `completeWebAuthnKey` has proved; again is as good as once. @throws Problem `webauthn.refused` */
  addWebAuthnKey(caller: Caller, pool: PoolId, id: UserId, keyId: string): Promise<void>
}
