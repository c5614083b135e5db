/** A person as a legacy store knows them. */
export interface LegacyUser {
  readonly storeId: string
  /** The store's own key of the person; never changes. */
  readonly legacyId: string
  readonly billerKey: string
  readonly username: string
  /** The hash in our modular notation (`protocol/password-hash`); undefined when the row holds none that can be read. */
  readonly passwordHash: string | undefined
  /** The columns as they stand, for a write that names what it replaces. */
  readonly storedHash: string
  readonly passwordFormat: string
  readonly email: string | undefined
  readonly displayName: string | undefined
  readonly isLocked: boolean
  readonly isDisabled: boolean
  readonly mustChange: boolean
  /** Raised by the store at every write of the row, where it has such a column. */
  readonly version: string | undefined
}

/**
 * Where passwords lived before. Every call answers within the store's time limit or throws `legacy.unavailable`;
 * a store that keeps failing is left alone for a while, so that it slows nobody down.
 *
 * @throws Problem `legacy.unavailable`
 */
export interface LegacyStore {
  readonly storeId: string
  /** Everybody of this username, compared as the store compares. @param canonical as `canonicalUsername` writes it */
  find(canonical: string): Promise<readonly LegacyUser[]>
  findByAddress(address: string): Promise<readonly LegacyUser[]>
  /** One page in the order of `legacyId`. @param after the last id seen, empty at the start */
  list(after: string, limit: number): Promise<readonly LegacyUser[]>
  /**
   * Replaces the password where it is still the one that was read.
   *
   * @param stored the new hash in our modular notation, of the row's own format
   * @returns false when the row has changed since, or is gone
   */
  writePassword(user: LegacyUser, stored: string): Promise<boolean>
  /**
   * Whether calls are being answered right now. One that is not reachable fails every call at once until `check` has found
   * it well: nobody's sign-in is the one that tries whether it is back, because the others would see that it was.
   */
  readonly isReachable: boolean
  /** Asks for one row, at most as often as a failing store is to be left alone; never throws. */
  check(): Promise<void>
  close(): Promise<void>
}

/** All configured stores, by id. */
export type LegacyStores = ReadonlyMap<string, LegacyStore>
