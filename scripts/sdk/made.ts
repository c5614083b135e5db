// What of the sdk is made from the rows of the contract: plain types and a small table, so that no schema ships with it.
import { globSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { addressOf, nameOf, secureAuthOperations } from '../../packages/contract/src/index.ts'
import type { Operation, Surface } from '../../packages/contract/src/index.ts'
import { typeOf, writtenOut } from './type-of.ts'
import type { NameOf, Shape } from './type-of.ts'

const rooms = join(dirname(import.meta.dirname), '../packages/contract/src/secureauth')
const modules = await Promise.all(
  globSync('*.ts', { cwd: rooms })
    .filter((file) => !file.includes('.test.'))
    .toSorted()
    .map(async (file) => ({ file, holds: (await import(join(rooms, file))) as Readonly<Record<string, unknown>> })),
)

const plain = (schema: unknown): Shape => JSON.parse(JSON.stringify(schema)) as Shape
const inPascal = (name: string): string =>
  name[0]?.toUpperCase() + name.slice(1).replaceAll(/[-_ ](\w)/g, (_, letter: string) => letter.toUpperCase())

/** How an operation pages. */
interface Listing {
  /** The field of the answer that holds the list. */
  readonly items: string
  /** The parameter that says after what, and the field of an item that says it. Absent: the answer is the whole list. */
  readonly cursor?: { readonly parameter: string; readonly field: string }
}

/** The files of the sdk that are made, by their path from the root. */
export function madeForSdk(): readonly (readonly [path: string, text: string])[] {
  return [
    ['packages/sdk/src/made/shapes.ts', shapesFile()],
    ['packages/sdk/src/made/operations.ts', operationsFile()],
  ]
}

const head = '// Made from the contract by `npm run docs`; changes by hand are lost.\n'

/** Objects that the contract's modules export, by name; a name that two modules give to different objects leads with the module. */
const namedShapes: ReadonlyMap<string, Shape> = (() => {
  const found = modules.flatMap(({ file, holds }) =>
    Object.entries(holds)
      .filter(([, value]) => isObjectSchema(value))
      .map(([name, value]) => ({ file: file.replace('.ts', ''), name: inPascal(name), shape: plain(value) })),
  )
  const texts = Map.groupBy(found, ({ name }) => name)
  return new Map(
    found
      .map(({ file, name, shape }) => {
        const isShared = new Set(texts.get(name)?.map((one) => JSON.stringify(one.shape))).size > 1
        return [isShared ? inPascal(file) + name : name, shape] as const
      })
      .toSorted(([one], [other]) => (one < other ? -1 : 1)),
  )
})()

function isObjectSchema(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || 'operationId' in value) return false
  const { type, properties } = value as Shape
  return type === 'object' && properties !== undefined && Object.keys(properties).length > 0
}

const names = new Map([...namedShapes].toReversed().map(([name, shape]) => [JSON.stringify(shape), name]))
const named: NameOf = (shape) => names.get(JSON.stringify(shape))
const fromShapes: NameOf = (shape) => {
  const name = named(shape)
  return name === undefined ? undefined : `shapes.${name}`
}

function shapesFile(): string {
  const texts = [...new Set(names.values())].toSorted().map((name) => {
    const shape = namedShapes.get(name) ?? {}
    return `export interface ${name} ${writtenOut(shape, named, 0)}\n`
  })
  return [head, ...texts].join('\n')
}

function operationsFile(): string {
  const bySurface = Map.groupBy(secureAuthOperations, ({ surface }) => surface)
  const surfaces = [...bySurface].toSorted(([one], [other]) => (one < other ? -1 : 1))
  const sorted = surfaces.map(([surface, rows]): readonly [Surface, readonly Operation[]] => [
    surface,
    rows.toSorted((one, other) => (one.operationId < other.operationId ? -1 : 1)),
  ])
  return `${head}
import type { Line } from '../line.ts'
import type * as shapes from './shapes.ts'

/** What goes into each operation and what comes back. */
export interface Operations {
${sorted.map(([surface, rows]) => `  ${surface}: {\n${rows.map(typeLines).join('')}  }\n`).join('')}}

/** How each is called. */
export const lines: { readonly [S in keyof Operations]: { readonly [N in keyof Operations[S]]: Line } } = {
${sorted.map(([surface, rows]) => `  ${surface}: {\n${rows.map(tableLine).join('')}  },\n`).join('')}}
`
}

/** Parameters of the path and the query side by side, the body under its name. */
function typeLines(row: Operation): string {
  const { params, query, body, answer } = {
    params: plain(row.params),
    query: plain(row.query),
    body: plain(row.body),
    answer: plain(row.answer),
  }
  // The tenant is the settings'.
  const { tid: _, ...ids } = params.properties ?? {}
  const fields = [...Object.keys(ids), ...Object.keys(query.properties ?? {}), 'body']
  if (new Set(fields).size < fields.length) throw new Error(`${nameOf(row)} has two parameters of one name`)
  if ('isLines' in row) return linesType(row, ids, query)
  const input: Shape = {
    type: 'object',
    properties: {
      ...ids,
      ...query.properties,
      ...(body.type === 'undefined' ? {} : { body }),
    },
    required: [...Object.keys(ids), ...(query.required ?? []), ...(body.type === 'undefined' ? [] : ['body'])],
  }
  const listing = listingOf(row)
  const item = listing && typeOf(answer.properties?.[listing.items]?.items ?? {}, fromShapes, 6)
  return `    /** \`${row.method} ${addressOf(row)}\`, scope \`${row.scope}\`. */
    ${row.operationId}: {
      input: ${writtenOut(input, fromShapes, 6)}
      answer: ${typeOf(answer, fromShapes, 6)}
${item === undefined ? '' : `      item: ${item}\n`}    }
`
}

/** One line of the body, however many there are, and what is answered to one. */
function linesType(row: Operation, ids: Readonly<Record<string, Shape>>, query: Shape): string {
  const body = typeOf(plain(row.body), fromShapes, 8)
  const parameters = writtenOut(
    {
      type: 'object',
      properties: { ...ids, ...query.properties },
      required: [...Object.keys(ids), ...(query.required ?? [])],
    },
    fromShapes,
    6,
  )
  return `    /** \`${row.method} ${addressOf(row)}\`, scope \`${row.scope}\`. */
    ${row.operationId}: {
      input: ${parameters} & { readonly lines: AsyncIterable<${body}> | Iterable<${body}> }
      line: ${typeOf(plain(row.answer), fromShapes, 6)}
    }
`
}

function tableLine(row: Operation): string {
  const query = Object.entries(plain(row.query).properties ?? {})
  const parts = [
    `method: '${row.method}'`,
    `path: '${addressOf(row)}'`,
    ...(query.length === 0
      ? []
      : [`query: { ${query.map(([name, shape]) => `${name}: '${kindOf(row, shape)}'`).join(', ')} }`]),
    ...('isLines' in row ? ['isLines: true'] : []),
    ...listingParts(listingOf(row)),
  ]
  return `    ${row.operationId}: { ${parts.join(', ')} },\n`
}

function kindOf(row: Operation, { type, enum: values }: Shape): string {
  if (type === 'string' || values?.every((value) => typeof value === 'string') === true) return 'text'
  if (type === 'integer' || type === 'number') return 'number'
  if (type === 'array') return 'list'
  if (type === 'boolean') return 'truth'
  throw new Error(`${nameOf(row)} has a parameter of another kind`)
}

function listingParts(listing: Listing | undefined): readonly string[] {
  if (!listing) return []
  const cursor =
    listing.cursor && `, cursor: { parameter: '${listing.cursor.parameter}', field: '${listing.cursor.field}' }`
  return [`list: { items: '${listing.items}'${cursor ?? ''} }`]
}

/** A list is what answers one array and nothing else. */
function listingOf(row: Operation): Listing | undefined {
  const answer = plain(row.answer).properties ?? {}
  const [[items, shape] = []] = Object.entries(answer)
  if (row.method !== 'GET' || items === undefined || shape?.type !== 'array' || Object.keys(answer).length > 1)
    return undefined
  const parameter = Object.keys(plain(row.query).properties ?? {}).find((name) => name.startsWith('after_'))
  if (parameter === undefined) return { items }
  const fields = shape.items?.properties ?? {}
  const field = [parameter.slice('after_'.length), 'id', `${items.replace(/s$/, '')}_id`].find((name) => name in fields)
  if (field === undefined) throw new Error(`${nameOf(row)} pages by ${parameter}, which its items do not hold`)
  return { items, cursor: { parameter, field } }
}
