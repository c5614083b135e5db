/** JSON Schema as TypeBox writes it. */
export interface Shape {
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Shape[]
  readonly allOf?: readonly Shape[]
  readonly items?: Shape
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, Shape>>
  readonly patternProperties?: Readonly<Record<string, Shape>>
  readonly description?: string
  readonly maxItems?: number
  readonly maximum?: number
}

/** The name of a shape, where it has one. */
export type NameOf = (shape: Shape) => string | undefined

/**
 * A shape in the words of TypeScript, `indent` spaces from the left. What a schema can say and this cannot read is an error, so
 * that nothing becomes `unknown` by accident.
 */
export function typeOf(shape: Shape, nameOf: NameOf, indent = 0): string {
  return nameOf(shape) ?? writtenOut(shape, nameOf, indent)
}

/** The fields of an object, a line each, in braces. */
export function writtenOut(shape: Shape, nameOf: NameOf, indent: number): string {
  if ('const' in shape) return literal(shape.const)
  if (shape.enum) return shape.enum.map(literal).join(' | ')
  if (shape.anyOf) return unionOf(shape.anyOf.map((one) => typeOf(one, nameOf, indent)))
  if (shape.allOf) return shape.allOf.map((one) => typeOf(one, nameOf, indent)).join(' & ')
  switch (shape.type) {
    case 'array':
      return `readonly ${inBrackets(typeOf(shape.items ?? {}, nameOf, indent))}[]`
    case 'boolean':
    case 'null':
    case 'string':
    case 'undefined':
      return shape.type
    case 'integer':
    case 'number':
      return 'number'
    case 'object':
      return shape.properties ? objectOf(shape, nameOf, indent) : recordOf(shape, nameOf, indent)
    case undefined:
      if (Object.keys(shape).every((key) => key === 'description')) return 'unknown'
  }
  throw new Error(`no type for ${JSON.stringify(shape).slice(0, 200)}`)
}

function objectOf({ properties = {}, required = [] }: Shape, nameOf: NameOf, indent: number): string {
  const inner = ' '.repeat(indent + 2)
  const lines = Object.entries(properties).map(([name, shape]) => {
    const type = typeOf(shape, nameOf, indent + 2)
    const comment = shape.description === undefined ? '' : `${inner}/** ${shape.description} */\n`
    // A field that is absent and one that is undefined are sent alike.
    const isRequired = required.includes(name)
    return `${comment}${inner}readonly ${keyOf(name)}${isRequired ? '' : '?'}: ${type}${isRequired ? '' : ' | undefined'}\n`
  })
  return lines.length === 0 ? 'Record<string, never>' : `{\n${lines.join('')}${' '.repeat(indent)}}`
}

function recordOf({ patternProperties = {} }: Shape, nameOf: NameOf, indent: number): string {
  const values = Object.values(patternProperties).map((one) => typeOf(one, nameOf, indent))
  return `Readonly<Record<string, ${values.length === 0 ? 'unknown' : unionOf(values)}>>`
}

/** Without what the others hold already. */
function unionOf(types: readonly string[]): string {
  if (types.includes('unknown')) return 'unknown'
  const hasText = types.includes('string')
  return [...new Set(types.filter((type) => !hasText || !type.startsWith("'")))].join(' | ')
}

const literal = (value: unknown): string =>
  typeof value === 'string' ? `'${value.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'` : String(value)

const keyOf = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : literal(name))

const inBrackets = (type: string): string =>
  /^[\w.<>, ]+$/.test(type) && !type.includes(' | ') && !type.startsWith('readonly') ? type : `(${type})`
