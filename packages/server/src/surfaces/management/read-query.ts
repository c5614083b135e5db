import type { TSchema } from 'typebox'

/**
 * Query parameters as the shapes of the contract know them: text becomes a number, a truth value or a list where the
 * shape says so, and stays text where it cannot. What comes twice stays a list and fails against a plain shape.
 */
export function readQuery(shape: TSchema, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const properties = propertiesOf(shape)
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, converted(properties[name], value)]))
}

function converted(shape: { readonly type?: unknown } | undefined, value: unknown): unknown {
  switch (shape?.type) {
    case 'integer':
      return typeof value === 'string' && /^-?\d{1,9}$/.test(value) ? Number(value) : value
    case 'boolean':
      return value === 'true' ? true : value === 'false' ? false : value
    case 'array':
      return Array.isArray(value) ? value : String(value).split(',')
    default:
      return value
  }
}

const propertiesOf = (shape: TSchema): Record<string, { readonly type?: unknown }> =>
  'properties' in shape && typeof shape.properties === 'object' && shape.properties !== null
    ? (shape.properties as Record<string, { readonly type?: unknown }>)
    : {}
