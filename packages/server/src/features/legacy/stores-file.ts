import { Type } from 'typebox'
import type { Static } from 'typebox'
import { Value } from 'typebox/value'
import { StartError } from '../../platform/config/index.ts'
import { readJson, readValueFile } from '../../platform/config/sources.ts'
import { prepareStatement } from './named-parameters.ts'

/** SQL text of the customer's own database, with `:name` in the place of values. Columns come back under our names. */
const statements = Type.Object(
  {
    find: Type.String({ description: 'Rows of one username. Parameter `:canonical`.' }),
    findByAddress: Type.Optional(Type.String({ description: 'Rows of one e-mail address. Parameter `:address`.' })),
    list: Type.String({ description: 'One page ordered by legacy_id. Parameters `:after` (text) and `:limit`.' }),
    changes: Type.Optional(
      Type.String({ description: 'Rows changed since a version. Parameters `:since`, `:limit`.' }),
    ),
    writePassword: Type.Optional(
      Type.String({
        description:
          'Replaces a hash where it is still `:previous_hash`. Parameters `:legacy_id`, `:password_hash`, `:password_salt`, `:password_format`, `:previous_hash`.',
      }),
    ),
  },
  { additionalProperties: false },
)

const storeShape = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,40}$' }),
    dialect: Type.Union([Type.Literal('sqlite'), Type.Literal('postgres')]),
    connection: Type.String({
      minLength: 1,
      description: '`file:/path` for SQLite, a URL for PostgreSQL, or `env:NAME` to take it from the environment.',
    }),
    passwordFormat: Type.Optional(Type.String({ description: 'For rows that do not say their own format.' })),
    timeoutMilliseconds: Type.Optional(Type.Integer({ minimum: 50, maximum: 30_000, default: 2000 })),
    statements,
  },
  { additionalProperties: false },
)

const fileShape = Type.Object({ stores: Type.Array(storeShape) }, { additionalProperties: false })

/** What each statement may name, and what it must: a misspelt name would bind null and find nobody, or erase a hash. */
const parameters: Readonly<
  Record<keyof Static<typeof statements>, { readonly must: readonly string[]; readonly may: readonly string[] }>
> = {
  find: { must: ['canonical'], may: [] },
  findByAddress: { must: ['address'], may: [] },
  list: { must: ['after', 'limit'], may: [] },
  changes: { must: ['since', 'limit'], may: [] },
  writePassword: {
    must: ['legacy_id', 'password_hash', 'previous_hash'],
    may: ['password_salt', 'password_format'],
  },
}

export type LegacyStoreSettings = Static<typeof storeShape>

/**
 * Reads the description of the legacy stores.
 *
 * @throws StartError naming the file and the first thing in it that cannot be used; values are left out
 */
export async function readStoresFile(
  file: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<readonly LegacyStoreSettings[]> {
  const content = await readJson(file, 'The legacy stores file')
  if (!Value.Check(fileShape, content)) {
    const [error] = Value.Errors(fileShape, content)
    const fault = error?.keyword === 'boolean' ? 'is not known here' : (error?.message ?? '')
    throw new StartError(`The legacy stores file ${file} is not valid: ${error?.instancePath ?? ''} ${fault}.`)
  }
  for (const [index, store] of content.stores.entries()) {
    if (content.stores.findIndex(({ id }) => id === store.id) !== index) {
      throw new StartError(`The legacy stores file ${file} is not valid: two stores have the id ${store.id}.`)
    }
    assertParameters(file, store)
  }
  return Promise.all(
    content.stores.map(async (store) => ({ ...store, connection: await resolved(store, environment) })),
  )
}

function assertParameters(file: string, store: LegacyStoreSettings): void {
  for (const [statement, { must, may }] of Object.entries(parameters)) {
    const text = store.statements[statement as keyof typeof parameters]
    if (text === undefined) continue
    const { names } = prepareStatement(text, () => '?')
    const missing = must.find((name) => !names.includes(name))
    const unknown = names.find((name) => !must.includes(name) && !may.includes(name))
    if (missing === undefined && unknown === undefined) continue
    const fault = missing === undefined ? `has no parameter :${unknown ?? ''}` : `must use :${missing}`
    throw new StartError(`The legacy stores file ${file} is not valid: ${statement} of store ${store.id} ${fault}.`)
  }
}

async function resolved(
  store: LegacyStoreSettings,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  if (!store.connection.startsWith('env:')) return store.connection
  const name = store.connection.slice('env:'.length)
  const value = (await readValueFile(environment, name)) ?? environment[name]
  if (!value) throw new StartError(`The legacy store ${store.id} takes its connection from ${name}, which is not set.`)
  return value
}
