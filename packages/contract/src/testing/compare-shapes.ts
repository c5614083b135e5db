import type { Description, DescribedParameter, DescribedShape } from './descriptions.ts'

/** A schema of ours as JSON Schema. */
interface OurShape {
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly OurShape[]
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, OurShape>>
  readonly items?: OurShape
}

/** What is sent may not ask for more than they do; what is answered may not promise less. */
export type Direction = 'answer' | 'request'

/**
 * Every field in which a shape of ours differs from theirs, a line each: `users[].status: without deleted`. Where one side says only "an object", what is inside is not compared.
 */
export function differencesOf(ours: object, theirs: DescribedShape, direction: Direction, of: Description): string[] {
  return compared(ours, theirs, '', direction, of, [])
}

/** The same for the parameters of an address. */
export function parameterDifferences(ours: object, theirs: readonly DescribedParameter[], of: Description): string[] {
  const properties = Object.fromEntries(theirs.map((parameter) => [parameter.name, parameter]))
  return differencesOf(ours, { type: 'object', properties }, 'request', of).filter(
    (line) => !line.endsWith('asked for'),
  )
}

function compared(
  ours: OurShape,
  reference: DescribedShape,
  at: string,
  direction: Direction,
  of: Description,
  road: readonly string[],
): string[] {
  const next = reference.$ref === undefined ? road : [...road, reference.$ref]
  const theirs = of.resolve(reference)
  const [values, type] = [valuesOf(ours), typeOf(ours)]
  if (theirs.type === undefined && theirs.properties === undefined && theirs.enum === undefined) return []
  if (type === undefined && values === undefined) return []
  const theirType = theirs.type ?? (theirs.properties ? 'object' : 'string')
  if (type !== undefined && type !== theirType) return [`${at}: ${type}, theirs ${theirType}`]

  if (reference.$ref !== undefined && road.includes(reference.$ref)) return []

  if ((values === undefined) !== (theirs.enum === undefined))
    return [`${at}: ${listed(values)}, theirs ${listed(theirs.enum)}`]
  const [more, fewer] = [without(values, theirs.enum), without(theirs.enum, values)]
  if (more !== '') return [`${at}: also ${more}`]
  if (fewer !== '') return [`${at}: without ${fewer}`]
  if (theirType === 'array') {
    return ours.items && theirs.items ? compared(ours.items, theirs.items, `${at}[]`, direction, of, next) : []
  }
  if (!ours.properties || !theirs.properties) return []
  const names = [...new Set([...Object.keys(ours.properties), ...Object.keys(theirs.properties)])].toSorted()
  return names.flatMap((name) => {
    const [own, their] = [ours.properties?.[name], theirs.properties?.[name]]
    const path = at === '' ? name : `${at}.${name}`
    if (!own) return [`${path}: only theirs`]
    if (!their) return [`${path}: only ours`]
    const [isOurs, isTheirs] = [ours.required?.includes(name) === true, theirs.required?.includes(name) === true]
    return [
      ...(direction === 'request' && isOurs && !isTheirs ? [`${path}: asked for`] : []),
      ...(direction === 'answer' && isTheirs && !isOurs ? [`${path}: not promised`] : []),
      ...compared(own, their, path, direction, of, next),
    ]
  })
}

function valuesOf({ enum: values, const: value, anyOf }: OurShape): readonly unknown[] | undefined {
  if (values) return values
  if (value !== undefined) return [value]
  const parts = anyOf?.map(valuesOf)
  return parts?.every((part) => part !== undefined) === true ? parts.flat() : undefined
}

function typeOf(ours: OurShape): string | undefined {
  if (ours.type !== undefined) return ours.type
  const [first, ...rest] = ours.anyOf?.map(typeOf) ?? []
  return rest.every((type) => type === first) ? first : undefined
}

const listed = (values: readonly unknown[] | undefined): string =>
  values === undefined ? 'any' : `one of ${values.length}`

const without = (values: readonly unknown[] = [], others: readonly unknown[] = []): string =>
  values
    .filter((value) => !others.includes(value))
    .map(String)
    .toSorted()
    .join(', ')
