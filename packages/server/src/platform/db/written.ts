/** Counts how often this process wrote to each table of a database, so that what was read before can be known as old. */
export interface Written {
  note(tables: Iterable<string>): void
  /** Grows with every commit that wrote to one of the tables. */
  timesOf(tables: readonly string[]): number
}

const all = new WeakMap<object, Written>()

export function writtenOn(reader: object): Written {
  const times = new Map<string, number>()
  const written: Written = {
    note(tables) {
      for (const table of tables) times.set(table, (times.get(table) ?? 0) + 1)
    },
    timesOf: (tables) => tables.reduce((sum, table) => sum + (times.get(table) ?? 0), 0),
  }
  all.set(reader, written)
  return written
}

/** @returns undefined for a transaction, which must see what it has written itself */
export const findWritten = (reader: object): Written | undefined => all.get(reader)

const known = new Map<string, readonly string[]>()
/** Lists of values make ever new texts; those are few and cheap to read again. */
const mostKnown = 1000

/** The tables that a statement inserts into, updates or deletes from, those of its `with` included. */
export function tablesWrittenBy(sql: string): readonly string[] {
  const present = known.get(sql)
  if (present) return present
  const found = [...sql.matchAll(/\b(?:insert into|update|delete from|truncate) "?(\w+)"?/g)].flatMap(([, table]) =>
    table === undefined ? [] : [table],
  )
  if (known.size < mostKnown) known.set(sql, found)
  return found
}
