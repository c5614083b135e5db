import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { billers, type ShardId } from './billers.ts'
import { drawFrom, type Draw } from './draw.ts'
import { canonicalUsername, people, type Person } from './people.ts'

/**
 * Writes the billers and users of one shard into its empty tables, in an order that is not the order of their ids.
 * The caller holds the transaction, and makes indexes and triggers afterwards.
 */
export function insertRows(db: DatabaseSync, shard: ShardId): void {
  const draw = drawFrom(`rows of ${shard}`)
  const staff = people().filter((person) => person.biller.shard === shard)
  const inOrder = staff.map((person) => ({ person, at: draw.below(2 ** 32) })).toSorted((a, b) => a.at - b.at)
  const insert = inserters[shard](db, draw)
  for (const [index, { person }] of inOrder.entries()) insert(person, firstVersion + index)
}

const firstVersion = 200_001

type Insert = (person: Person, version: number) => void

const inserters: Readonly<Record<ShardId, (db: DatabaseSync, draw: Draw) => Insert>> = {
  'shard-a': (db, draw) => {
    const biller = inserter(db, 'Billers', ['BillerId', 'Name'])
    for (const { legacyKey, name } of billersOf('shard-a')) biller(Number(legacyKey), name)
    const user = inserter(db, 'AspNetUsers', [
      'Id',
      'BillerId',
      'UserName',
      'NormalizedUserName',
      'FirstName',
      'LastName',
      'Email',
      'NormalizedEmail',
      'EmailConfirmed',
      'PasswordHash',
      'SecurityStamp',
      'LockoutEnd',
      'AccessFailedCount',
      'IsActive',
      'MustChangePassword',
      'CreatedUtc',
      'RowVersion',
    ])
    db.exec(`INSERT INTO DbRowVersion (Last) VALUES (${firstVersion - 1 + countOf('shard-a')})`)
    return (person, version) => {
      const space = person.displayName.indexOf(' ')
      const lockoutOver = draw.percent(3) ? `${pastDay(draw)}.0000000+00:00` : null
      user(
        person.legacyId,
        Number(person.biller.legacyKey),
        person.username,
        canonicalUsername(person.username),
        space < 0 ? person.displayName : person.displayName.slice(0, space),
        space < 0 ? '' : person.displayName.slice(space + 1),
        person.email ?? null,
        lowered(person.email),
        person.email ? 1 : 0,
        person.hash.hash,
        draw.guid().replaceAll('-', '').toUpperCase(),
        person.isLocked ? '9999-12-31T23:59:59.0000000+00:00' : lockoutOver,
        person.isLocked ? 5 : draw.percent(4) ? 1 + draw.below(4) : 0,
        person.isDisabled ? 0 : 1,
        person.mustChange ? 1 : 0,
        pastDay(draw),
        version,
      )
    }
  },
  'shard-b': (db, draw) => {
    const application = inserter(db, 'aspnet_Applications', ['ApplicationId', 'ApplicationName', 'Description'])
    const applicationIds = new Map<string, string>()
    for (const { legacyKey, name } of billersOf('shard-b')) {
      applicationIds.set(legacyKey, draw.guid().toUpperCase())
      application(applicationIds.get(legacyKey) ?? null, legacyKey, name)
    }
    const user = inserter(db, 'aspnet_Users', [
      'ApplicationId',
      'UserId',
      'UserName',
      'LoweredUserName',
      'LastActivityDate',
    ])
    const profile = inserter(db, 'hl_Profile', ['UserId', 'DisplayName'])
    const membership = inserter(db, 'aspnet_Membership', [
      'UserId',
      'Password',
      'PasswordFormat',
      'PasswordSalt',
      'Email',
      'LoweredEmail',
      'IsApproved',
      'IsLockedOut',
      'CreateDate',
      'LastPasswordChangedDate',
      'FailedPasswordAttemptCount',
      'ForcePasswordChange',
    ])
    return (person) => {
      const id = person.legacyId
      user(
        applicationIds.get(person.biller.legacyKey) ?? null,
        id,
        person.username,
        canonicalUsername(person.username),
        pastDay(draw),
      )
      profile(id, person.displayName)
      membership(
        id,
        person.hash.hash,
        person.hash.format === 'bcrypt' ? 5 : 1,
        person.hash.salt ?? '',
        person.email ?? null,
        lowered(person.email),
        person.isDisabled ? 0 : 1,
        person.isLocked ? 1 : 0,
        pastDay(draw),
        pastDay(draw),
        person.isLocked ? 5 : 0,
        person.mustChange ? 1 : 0,
      )
    }
  },
  'shard-c': (db, draw) => {
    const biller = inserter(db, 'biller', ['code', 'title'])
    for (const { legacyKey, name } of billersOf('shard-c')) biller(legacyKey, name)
    const login = inserter(db, 'biller_login', [
      'login_id',
      'biller_code',
      'login',
      'login_lc',
      'pw',
      'pw_salt',
      'pw_kind',
      'full_name',
      'mail',
      'mail_lc',
      'status',
      'locked_yn',
      'force_pw_yn',
      'created_on',
      'rev',
    ])
    db.exec(`INSERT INTO rev_counter (last_rev) VALUES (${firstVersion - 1 + countOf('shard-c')})`)
    return (person, version) => {
      const kind = person.hash.format === 'salted-md5-first' ? 'MD5' : person.hash.format === 'bcrypt' ? 'BCR' : 'PBK'
      login(
        Number(person.legacyId),
        person.biller.legacyKey,
        person.username,
        canonicalUsername(person.username),
        person.hash.hash,
        person.hash.salt,
        kind,
        person.displayName,
        person.email ?? null,
        lowered(person.email),
        person.isDisabled ? 'X' : 'A',
        person.isLocked ? 'Y' : 'N',
        person.mustChange ? 'Y' : 'N',
        pastDay(draw).slice(0, 10),
        version,
      )
    }
  },
}

function inserter(db: DatabaseSync, table: string, columns: readonly string[]): (...values: SQLInputValue[]) => void {
  const statement = db.prepare(
    `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
  )
  return (...values) => void statement.run(...values)
}

function billersOf(shard: ShardId): typeof billers {
  return billers.filter((biller) => biller.shard === shard)
}

function countOf(shard: ShardId): number {
  return people().filter((person) => person.biller.shard === shard).length
}

function lowered(address: string | undefined): string | null {
  return address === undefined ? null : address.normalize('NFC').toLowerCase()
}

/** A moment from 2008 to 2025, in UTC. */
function pastDay(draw: Draw): string {
  const seconds = 1_200_000_000 + draw.below(560_000_000)
  return new Date(seconds * 1000).toISOString().slice(0, 19)
}
