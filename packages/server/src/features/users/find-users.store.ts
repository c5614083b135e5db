import { sql } from 'kysely'
import type { RawBuilder, Selectable } from 'kysely'
import type { Reader, Tables } from '../../platform/db/index.ts'
import type { PoolId } from '../pools/index.ts'
import type { OrganizationId } from '../tenancy/index.ts'

export interface UserPage {
  readonly organizationId: OrganizationId
  readonly poolId: PoolId
  readonly afterId?: string | undefined
  readonly beforeId?: string | undefined
  /** The beginning or the end of an identifier or verified address, or an id. */
  readonly userKey?: string | undefined
  /** Top-level values that must be there: equal, or contained where they are lists. */
  readonly payload?: Readonly<Record<string, unknown>> | undefined
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
  readonly descending: boolean
  readonly limit: number
}

export type UserRow = Selectable<Tables['users']>

/** A page of users by the beginning or the end of what they are called. */
export type KeyPage = UserPage & { readonly userKey: string }

/**
 * How many names with the key are looked at before it counts as common. A common one is looked for among so many users in
 * the order of their ids, where a page of it is soon full.
 */
const usual = { rare: 10_000, walked: 2000 }

/**
 * Users whose identifiers or verified addresses begin or end with the key, or whose id it is, in the order of ids.
 *
 * Names lie in the order of names and the page is in the order of ids, so neither index gives it: few matches are collected
 * and sorted, many are met by walking. Where a common key is rare among the users walked (all of them came in one year, and
 * the cursor is before it), every match is collected after all: right, and slow in a large pool.
 */
export async function selectUsersByKey(reader: Reader, page: KeyPage, most = usual): Promise<UserRow[]> {
  const { found, matches } = await collected(reader, page, most.rare)
  if (matches <= most.rare) return found
  const met = await walk(reader, page, most.walked)
  if (met.length === page.limit) return met
  return (await collected(reader, page, undefined)).found
}

/** @param most names looked at by each index; with more than so many, `found` is not the first page */
async function collected(
  reader: Reader,
  page: KeyPage,
  most: number | undefined,
): Promise<{ readonly found: UserRow[]; readonly matches: number }> {
  const named = namedBy(page, most)
  const ids = sql`select distinct user_id from named where ${cursorOf(page, 'user_id')} order by user_id ${orderOf(page)}`
  const filter = filterOf(page)
  // Without a filter a page of ids is enough; nobody else's row is read.
  const page_ = filter ? ids : sql`${ids} limit ${page.limit}`
  const { rows } = await sql<UserRow & { readonly matches: number; readonly user_id: string | null }>`
    with named as materialized (${named})
    select total.matches, users.* from (select count(*)::integer as matches from named) total
    left join lateral (
      select users.* from (${page_}) ids join users
        on users.organization_id = ${page.organizationId} and users.user_id = ids.user_id
      where users.pool_id = ${page.poolId} ${filter ? sql`and ${filter}` : sql``}
      order by users.user_id ${orderOf(page)} limit ${page.limit}
    ) users on true
    order by users.user_id ${orderOf(page)}`.execute(reader)
  return { found: rows.filter((row) => row.user_id !== null), matches: rows[0]?.matches ?? 0 }
}

async function walk(reader: Reader, page: KeyPage, walked: number): Promise<UserRow[]> {
  const key = canonicalKey(page.userKey)
  const escaped = key.replaceAll(/[\\%_]/g, String.raw`\$&`)
  const matches = sql`(canonical like ${`${escaped}%`} or canonical like ${`%${escaped}`})`
  const filter = filterOf(page)
  // Counted for each user walked: `exists` could be turned into one look at the names of everybody.
  const { rows } = await sql<UserRow>`
    select * from (
      select * from users
        where organization_id = ${page.organizationId} and pool_id = ${page.poolId} and ${cursorOf(page, 'user_id')}
        order by user_id ${orderOf(page)} limit ${walked}
    ) users
    where (
      (select count(*) from identifiers where identifiers.organization_id = ${page.organizationId}
        and identifiers.user_id = users.user_id and ${matches}) > 0
      or (select count(*) from addresses where addresses.organization_id = ${page.organizationId}
        and addresses.user_id = users.user_id and addresses.is_verified and ${matches}) > 0
      ${uuid.test(key) ? sql`or users.user_id = ${key}` : sql``}
    ) ${filter ? sql`and ${filter}` : sql``}
    order by user_id ${orderOf(page)} limit ${page.limit}`.execute(reader)
  return rows
}

/** Ids of those with the key, each as often as a name of theirs has it. */
function namedBy(page: KeyPage, most: number | undefined): RawBuilder<unknown> {
  const key = canonicalKey(page.userKey)
  const limit = most === undefined ? sql`` : sql`limit ${most + 1}`
  const branches = [sql`identifiers`, sql`addresses`].flatMap((table, isAddress) =>
    [
      { column: sql`canonical`, start: key },
      { column: sql`reverse(canonical)`, start: Array.from(key).toReversed().join('') },
    ].map(
      ({ column, start }) => sql`(
        select user_id from ${table}
          where organization_id = ${page.organizationId} and pool_id = ${page.poolId}
            and ${column} ~>=~ ${start} and ${column} ~<~ ${start + last}
            ${isAddress ? sql`and is_verified` : sql``} ${limit})`,
    ),
  )
  return sql.join(uuid.test(key) ? [...branches, sql`(select ${key}::uuid)`] : branches, sql` union all `)
}

/** Greater than any character of a name: it is assigned to none. */
const last = '\u{10FFFF}'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** As names are compared. */
const canonicalKey = (key: string): string => key.normalize('NFC').toLowerCase()

const orderOf = ({ descending }: UserPage): RawBuilder<unknown> => (descending ? sql`desc` : sql`asc`)

function cursorOf(page: UserPage, column: 'user_id'): RawBuilder<unknown> {
  const [after, before] = page.descending ? [page.beforeId, page.afterId] : [page.afterId, page.beforeId]
  const bounds = [
    ...(after === undefined ? [] : [sql`${sql.ref(column)} > ${after}::uuid`]),
    ...(before === undefined ? [] : [sql`${sql.ref(column)} < ${before}::uuid`]),
  ]
  return bounds.length === 0 ? sql`true` : sql.join(bounds, sql` and `)
}

function filterOf({ payload, metadata }: UserPage): RawBuilder<unknown> | undefined {
  const filters = [
    ...(payload ? [sql`users.payload @> ${JSON.stringify(payload)}::jsonb`] : []),
    ...(metadata ? [sql`users.metadata @> ${JSON.stringify(metadata)}::jsonb`] : []),
  ]
  return filters.length === 0 ? undefined : sql.join(filters, sql` and `)
}
