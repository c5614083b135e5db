import type { ShardId } from './billers.ts'
import type { PasswordFormat } from './password-hash.ts'
import { shardFile } from './shards.ts'

/**
 * SQL with `:name` placeholders. Rows of `find`, `findByAddress`, `list` and `changes` have these columns: `legacy_id`,
 * `biller_key`, `username`, `password_hash`, `password_salt` (or null), `password_format`, `email` (or null),
 * `display_name`, `is_locked`, `is_disabled`, `must_change` (0 or 1), `version` (a whole number, or null).
 */
export interface LegacyStatements {
  /** `:canonical` is the user name in lower case and NFC. May give several rows, of several billers. */
  readonly find: string
  /** `:address` is in lower case. Often gives several rows. */
  readonly findByAddress: string
  /** `:limit` rows after the `:after` of the previous page (a `legacy_id`; `''` at the start), by the order of ids. */
  readonly list: string
  /** `:limit` rows written after version `:since`, by version. Only where a store has one; no two rows share it. */
  readonly changes?: string
  /**
   * Replaces the password of `:legacy_id` by `:password_hash`, `:password_salt`, `:password_format` if its hash is still
   * `:previous_hash`, and lifts the duty to change it. Touches one row, or none: also if the store cannot keep that format.
   */
  readonly writePassword: string
}

/** How Gatehouse is told of a legacy store. Nothing here but data. */
export interface LegacyStore {
  readonly id: ShardId
  readonly dialect: 'sqlite'
  /** `file:` and the absolute path as it is, without percent-encoding. */
  readonly connection: string
  /** In which format new passwords are to be written, so that the legacy application understands them. */
  readonly passwordFormat: PasswordFormat
  readonly statements: LegacyStatements
}

/** The three stores of the demo, whose databases `seedShards` puts into the same folder. */
export function legacyStores(folder: string): { readonly stores: readonly LegacyStore[] } {
  const connection = (id: ShardId): string => `file:${shardFile(folder, id)}`
  return {
    stores: [
      {
        id: 'shard-a',
        dialect: 'sqlite',
        connection: connection('shard-a'),
        passwordFormat: 'aspnet-identity',
        statements: shardA,
      },
      {
        id: 'shard-b',
        dialect: 'sqlite',
        connection: connection('shard-b'),
        passwordFormat: 'aspnet-membership-sha1',
        statements: shardB,
      },
      {
        id: 'shard-c',
        dialect: 'sqlite',
        connection: connection('shard-c'),
        passwordFormat: 'pbkdf2',
        statements: shardC,
      },
    ],
  }
}

// A lock-out that is over is no lock-out; both times are compared as ISO 8601 text in UTC.
const rowsOfA = `
SELECT Id AS legacy_id, CAST(BillerId AS TEXT) AS biller_key, UserName AS username,
  PasswordHash AS password_hash, NULL AS password_salt, 'aspnet-identity' AS password_format,
  Email AS email, trim(FirstName || ' ' || LastName) AS display_name,
  LockoutEnabled = 1 AND LockoutEnd IS NOT NULL AND LockoutEnd > strftime('%Y-%m-%dT%H:%M:%S', 'now') AS is_locked,
  IsActive = 0 AS is_disabled, MustChangePassword AS must_change, RowVersion AS version
FROM AspNetUsers`

const shardA: LegacyStatements = {
  find: `${rowsOfA} WHERE NormalizedUserName = :canonical`,
  findByAddress: `${rowsOfA} WHERE NormalizedEmail = :address`,
  list: `${rowsOfA} WHERE Id > :after ORDER BY Id LIMIT :limit`,
  changes: `${rowsOfA} WHERE RowVersion > :since ORDER BY RowVersion LIMIT :limit`,
  // The table has no place for a salt or another format. A new stamp ends the legacy application's own sessions.
  writePassword: `
UPDATE AspNetUsers
SET PasswordHash = :password_hash, MustChangePassword = 0, SecurityStamp = hex(randomblob(16))
WHERE Id = :legacy_id AND PasswordHash = :previous_hash
  AND :password_format = 'aspnet-identity' AND :password_salt IS NULL`,
}

// CROSS JOIN keeps the tables in this order, so that each statement starts from the index that its WHERE names.
const columnsOfB = `
SELECT m.UserId AS legacy_id, a.ApplicationName AS biller_key, u.UserName AS username,
  m.Password AS password_hash, nullif(m.PasswordSalt, '') AS password_salt,
  CASE m.PasswordFormat WHEN 1 THEN 'aspnet-membership-sha1' WHEN 5 THEN 'bcrypt' END AS password_format,
  m.Email AS email, coalesce(p.DisplayName, u.UserName) AS display_name,
  m.IsLockedOut AS is_locked, m.IsApproved = 0 AS is_disabled, m.ForcePasswordChange AS must_change, NULL AS version`
const restOfB = `
CROSS JOIN aspnet_Applications a ON a.ApplicationId = u.ApplicationId
LEFT JOIN hl_Profile p ON p.UserId = u.UserId`
const fromUsers = `${columnsOfB}
FROM aspnet_Users u CROSS JOIN aspnet_Membership m ON m.UserId = u.UserId ${restOfB}`
const fromMembership = `${columnsOfB}
FROM aspnet_Membership m CROSS JOIN aspnet_Users u ON u.UserId = m.UserId ${restOfB}`

const shardB: LegacyStatements = {
  find: `${fromUsers} WHERE u.LoweredUserName = :canonical`,
  findByAddress: `${fromMembership} WHERE m.LoweredEmail = :address`,
  list: `${fromMembership} WHERE m.UserId > :after ORDER BY m.UserId LIMIT :limit`,
  writePassword: `
UPDATE aspnet_Membership
SET Password = :password_hash, PasswordSalt = coalesce(:password_salt, ''),
  PasswordFormat = CASE :password_format WHEN 'aspnet-membership-sha1' THEN 1 WHEN 'bcrypt' THEN 5 END,
  ForcePasswordChange = 0, LastPasswordChangedDate = strftime('%Y-%m-%dT%H:%M:%S', 'now')
WHERE UserId = :legacy_id AND Password = :previous_hash
  AND (:password_format = 'bcrypt' OR (:password_format = 'aspnet-membership-sha1' AND :password_salt IS NOT NULL))`,
}

const rowsOfC = `
SELECT CAST(login_id AS TEXT) AS legacy_id, biller_code AS biller_key, login AS username,
  pw AS password_hash, pw_salt AS password_salt,
  CASE pw_kind WHEN 'MD5' THEN 'salted-md5-first' WHEN 'PBK' THEN 'pbkdf2' WHEN 'BCR' THEN 'bcrypt' END AS password_format,
  mail AS email, full_name AS display_name,
  locked_yn = 'Y' AS is_locked, status <> 'A' AS is_disabled, force_pw_yn = 'Y' AS must_change, rev AS version
FROM biller_login`

const shardC: LegacyStatements = {
  find: `${rowsOfC} WHERE login_lc = :canonical`,
  findByAddress: `${rowsOfC} WHERE mail_lc = :address`,
  // As a number, so that 9999 comes before 10000; the empty text of the start is 0.
  list: `${rowsOfC} WHERE login_id > CAST(:after AS INTEGER) ORDER BY login_id LIMIT :limit`,
  changes: `${rowsOfC} WHERE rev > :since ORDER BY rev LIMIT :limit`,
  // The second look at the id refuses texts such as '10020x', which the cast alone would read as 10020.
  writePassword: `
UPDATE biller_login
SET pw = :password_hash, pw_salt = :password_salt, force_pw_yn = 'N',
  pw_kind = CASE :password_format WHEN 'salted-md5-first' THEN 'MD5' WHEN 'pbkdf2' THEN 'PBK' WHEN 'bcrypt' THEN 'BCR' END
WHERE login_id = CAST(:legacy_id AS INTEGER) AND CAST(login_id AS TEXT) = :legacy_id AND pw = :previous_hash
  AND (:password_format IN ('pbkdf2', 'bcrypt') OR (:password_format = 'salted-md5-first' AND :password_salt IS NOT NULL))`,
}
