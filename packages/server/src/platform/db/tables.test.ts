import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testDatabase } from './testing/index.ts'
import type { TestDatabase } from './testing/index.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.close())

interface Column {
  readonly type: string
  readonly isNullable: boolean
  readonly hasDefault: boolean
}
type Described = Record<string, Record<string, Column>>

/** What the types say, read from their source: types are gone when a test runs. */
async function describedByTypes(): Promise<Described> {
  const source = await readFile(join(import.meta.dirname, 'tables.ts'), 'utf8')
  const body = /export interface Tables \{(?<body>[\s\S]*)\n\}\n?$/.exec(source)?.groups?.['body'] ?? ''
  const tables = [...body.matchAll(/^ {2}(?<table>\w+): \{(?<columns>[^}]*)\}/gm)]
  return Object.fromEntries(
    tables.map(({ groups }) => [
      groups?.['table'] ?? '',
      Object.fromEntries(
        (groups?.['columns'] ?? '')
          .split(/[;\n]/)
          .map((line) => /^\s*(?<name>\w+): (?<type>.+?)\s*$/.exec(line)?.groups)
          .filter((column) => column !== undefined)
          .map(({ name = '', type = '' }) => [name, columnOf(type)]),
      ),
    ]),
  )
}

function columnOf(text: string): Column {
  const isNullable = text.endsWith(' | null')
  const hasDefault = text.startsWith('Generated<')
  const bare = text.replace(/ \| null$/, '').replace(/^Generated<(.*)>$/, '$1')
  const type = bare.startsWith("'")
    ? 'string'
    : bare.replace(/^Json<.*/, 'Json').replace(/^readonly .*\[\]$/, 'readonly []')
  return { type, isNullable, hasDefault }
}

/** How a column of the database is written in TypeScript. */
const typeOf: Readonly<Record<string, string>> = {
  text: 'string',
  uuid: 'string',
  integer: 'number',
  'double precision': 'number',
  boolean: 'boolean',
  bytea: 'Bytes',
  jsonb: 'Json',
  ARRAY: 'readonly []',
  'timestamp with time zone': 'Date',
}

interface ColumnRow {
  readonly table_name: string
  readonly column_name: string
  readonly data_type: string
  readonly is_nullable: string
}

async function describedByDatabase(): Promise<Described> {
  const { rows } = await sql<ColumnRow>`
    select table_name, column_name, data_type, is_nullable from information_schema.columns
    where table_schema = 'public' and table_name not like 'kysely_%' order by table_name, column_name`.execute(
    database.db.reader,
  )
  const described: Described = {}
  for (const row of rows) {
    described[row.table_name] = {
      ...described[row.table_name],
      [row.column_name]: {
        type: typeOf[row.data_type] ?? row.data_type,
        isNullable: row.is_nullable === 'YES',
        hasDefault: false,
      },
    }
  }
  return described
}

const withoutDefaults = (described: Described): Described =>
  Object.fromEntries(
    Object.entries(described).map(([table, columns]) => [
      table,
      Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, { ...column, hasDefault: false }])),
    ]),
  )

describe('the description of the tables', () => {
  it('has every table and column that the database has, of the same type and nullability, and no other', async () => {
    expect(withoutDefaults(await describedByTypes())).toStrictEqual(await describedByDatabase())
  })

  it('lets a column be left out of an insert only where the database has a default for it', async () => {
    const { rows } = await sql<{ place: string }>`
      select table_name || '.' || column_name as place from information_schema.columns
      where table_schema = 'public' and column_default is not null`.execute(database.db.reader)
    const defaulted = new Set(rows.map(({ place }) => place))
    const generated = Object.entries(await describedByTypes()).flatMap(([table, columns]) =>
      Object.entries(columns)
        .filter(([, column]) => column.hasDefault)
        .map(([name]) => `${table}.${name}`),
    )
    expect(generated.length).toBeGreaterThan(0)
    expect(generated.filter((place) => !defaulted.has(place))).toStrictEqual([])
  })
})
