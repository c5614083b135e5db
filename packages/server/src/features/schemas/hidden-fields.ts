import type { Reader } from '../../platform/db/index.ts'
import { findSchema } from './schemas.store.ts'

/** Names of fields that a schema keeps from the people whose data it is; none where there is no schema. */
export async function hiddenFields(
  reader: Reader,
  tenantId: string,
  schemaId: string | undefined,
): Promise<ReadonlySet<string>> {
  const schema = schemaId === undefined ? undefined : await findSchema(reader, tenantId, schemaId)
  const properties = (schema?.document as { readonly properties?: unknown } | undefined)?.properties
  if (typeof properties !== 'object' || properties === null) return new Set()
  return new Set(
    Object.entries(properties)
      .filter(([, field]) => (field as { readonly hidden?: unknown } | null)?.hidden === true)
      .map(([name]) => name),
  )
}
