import { sql } from 'kysely'
import type { Vault } from '../vault/index.ts'
import type { Db } from './db.ts'
import type { Tables } from './tables.ts'

type Key = string | number | Uint8Array

/** A column that holds sealed values, and what each is bound to. */
export interface SealedColumn {
  readonly table: keyof Tables
  readonly column: string
  /** The primary key, in its order. */
  readonly key: readonly string[]
  /** As the room seals it. @param row the key, and the columns of `also` */
  contextOf(row: Readonly<Record<string, Key>>): string
  /** Columns that the context needs beside the key. */
  readonly also?: readonly string[]
}

const rowsAtOnce = 200

export interface Resealed {
  readonly done: number
  /** Values that this vault does not open; they stay as they are. */
  readonly unreadable: number
}

/**
 * Seals anew what is not sealed by the vault's current key. Some rows a transaction, each only if nobody has changed it
 * meanwhile; so it may be stopped anywhere, begun again, and run beside everything else. A value is readable throughout.
 *
 * Where the key lies in a sealed value: platform/vault/sealed-value.ts.
 */
export async function resealColumn(db: Db, vault: Vault, sealed: SealedColumn): Promise<Resealed> {
  const current = Buffer.from(vault.currentKeyId, 'hex')
  const table = sql.table(sealed.table)
  const column = sql.ref(sealed.column)
  const key = sql.join(sealed.key.map((name) => sql.ref(name)))
  const wanted = sql.join([...sealed.key, ...(sealed.also ?? [])].map((name) => sql.ref(name)))
  let after: readonly Key[] | undefined
  let done = 0
  let unreadable = 0
  for (;;) {
    const beyond = after === undefined ? sql`true` : sql`(${key}) > (${sql.join(after)})`
    const { rows } = await sql<Record<string, Key> & { sealed_now: Uint8Array }>`
      select ${wanted}, ${column} as sealed_now from ${table}
      where octet_length(${column}) > 0 and substring(${column} from 2 for 8) <> ${current} and ${beyond}
      order by ${key} limit ${rowsAtOnce}`.execute(db.reader)
    const last = rows.at(-1)
    if (!last) return { done, unreadable }
    after = sealed.key.map((name) => last[name] as Key)
    const anew = rows.flatMap((row) => {
      const context = sealed.contextOf(row)
      const plain = openOrNot(vault, row.sealed_now, context)
      if (!plain) unreadable += 1
      return plain ? [{ row, value: vault.seal(plain, context) }] : []
    })
    done += await db.transaction(async (tx) => {
      let changed = 0n
      for (const { row, value } of anew) {
        const isRow = sql.join(
          sealed.key.map((name) => sql`${sql.ref(name)} = ${row[name]}`),
          sql` and `,
        )
        const result = await sql`
          update ${table} set ${column} = ${value} where ${isRow} and ${column} = ${row.sealed_now}`.execute(tx)
        changed += result.numAffectedRows ?? 0n
      }
      return Number(changed)
    })
  }
}

function openOrNot(vault: Vault, sealed: Uint8Array, context: string): Buffer | undefined {
  try {
    return vault.open(sealed, context)
  } catch {
    return undefined
  }
}

/** How many values of a column other keys than the current one have sealed. */
export async function countOldSeals(db: Db, vault: Vault, { table, column }: SealedColumn): Promise<number> {
  const { rows } = await sql<{ old: number }>`
    select count(*)::int as old from ${sql.table(table)}
    where octet_length(${sql.ref(column)}) > 0
    and substring(${sql.ref(column)} from 2 for 8) <> ${Buffer.from(vault.currentKeyId, 'hex')}`.execute(db.reader)
  return rows[0]?.old ?? 0
}
