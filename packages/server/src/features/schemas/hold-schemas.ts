import type { Tx } from '../../platform/db/index.ts'
import { Problem } from '../../problem/index.ts'
import { faultsOf } from './judge.ts'
import type { Schema } from './schema.ts'
import { isBuiltIn } from './schema.ts'
import { selectSchemasInUse } from './schemas.store.ts'

/** What is to be kept under a schema; `field` is the wire's name of it. */
export interface Kept {
  readonly field: string
  /** Absent: held to nothing. */
  readonly schemaId: string | undefined
  /** Absent: not judged now; the schema must be there all the same. */
  readonly value?: Readonly<Record<string, unknown>> | undefined
}

/**
 * That every schema named is there, and stays until the transaction ends, and that every value meets its own.
 *
 * @throws Problem `request.invalid`; `details` name the fields and never what is in them
 */
export async function assertMeetsSchemas(tx: Tx, tenantId: string, kept: readonly Kept[]): Promise<void> {
  const assert = await schemaJudge(tx, tenantId, kept)
  assert(kept)
}

/**
 * Reads the schemas of all that is kept, in one statement; they stay until the transaction ends.
 *
 * @returns what judges a part of it, and throws as `assertMeetsSchemas`
 */
export async function schemaJudge(
  tx: Tx,
  tenantId: string,
  all: readonly Kept[],
): Promise<(kept: readonly Kept[]) => void> {
  const ids = [...new Set(all.flatMap(({ schemaId }) => schemaId ?? []).filter((id) => !isBuiltIn(id)))]
  // What comes with the server is there, and any object meets it.
  if (ids.length === 0) return () => {}
  const found = new Map((await selectSchemasInUse(tx, tenantId, ids)).map((schema) => [schema.schemaId, schema]))
  return (kept) => {
    for (const one of kept) {
      if (one.schemaId === undefined || isBuiltIn(one.schemaId)) continue
      const schema = found.get(one.schemaId)
      if (!schema) {
        throw new Problem('request.invalid', 'There is no such schema.', {
          details: { field: `${one.field}_schema_id` },
        })
      }
      if (one.value !== undefined) assertMeets(schema, one.field, one.value)
    }
  }
}

function assertMeets({ document }: Schema, field: string, value: Readonly<Record<string, unknown>>): void {
  const faults = Object.entries(faultsOf(document, value)).map(([place, word]) => [`${field}${place}`, word] as const)
  if (faults.length === 0) return
  throw new Problem('request.invalid', `The ${field} does not meet its schema.`, {
    details: { fields: Object.fromEntries(faults) },
  })
}
