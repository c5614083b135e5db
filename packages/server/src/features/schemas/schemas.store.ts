import type { Selectable } from 'kysely'
import type { Reader, Tables, Tx } from '../../platform/db/index.ts'
import type { Schema } from './schema.ts'

/** @returns false when the tenant has one of this id */
export async function insertSchema(tx: Tx, schema: Schema & { readonly createdAt: Date }): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('schemas')
    .values({
      tenant_id: schema.tenantId,
      schema_id: schema.schemaId,
      name: schema.name,
      description: schema.description,
      document: JSON.stringify(schema.document),
      is_system: schema.isSystem,
      revision: schema.revision,
      created_at: schema.createdAt,
      updated_at: schema.createdAt,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}

export async function findSchema(reader: Reader, tenantId: string, id: string): Promise<Schema | undefined> {
  const row = await reader
    .selectFrom('schemas')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('schema_id', '=', id)
    .executeTakeFirst()
  return row && schemaOf(row)
}

/** Holds the schema until the transaction ends, against change and deletion. */
export async function findSchemaForUpdate(tx: Tx, tenantId: string, id: string): Promise<Schema | undefined> {
  const row = await tx
    .selectFrom('schemas')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('schema_id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  return row && schemaOf(row)
}

/** Holds them until the transaction ends, against deletion only: many write data under one schema at the same time. */
export async function selectSchemasInUse(tx: Tx, tenantId: string, ids: readonly string[]): Promise<Schema[]> {
  const rows = await tx
    .selectFrom('schemas')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('schema_id', 'in', [...ids])
    .orderBy('schema_id')
    .forKeyShare()
    .execute()
  return rows.map(schemaOf)
}

export async function selectSchemas(reader: Reader, tenantId: string): Promise<Schema[]> {
  const rows = await reader
    .selectFrom('schemas')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .orderBy('schema_id')
    .execute()
  return rows.map(schemaOf)
}

export async function countSchemas(reader: Reader, tenantId: string): Promise<number> {
  const row = await reader
    .selectFrom('schemas')
    .select((eb) => eb.cast<number>(eb.fn.countAll(), 'integer').as('schemas'))
    .where('tenant_id', '=', tenantId)
    .executeTakeFirstOrThrow()
  return row.schemas
}

/** Saves over the row that `findSchemaForUpdate` holds. */
export async function updateSchema(tx: Tx, schema: Schema & { readonly updatedAt: Date }): Promise<void> {
  await tx
    .updateTable('schemas')
    .set({
      name: schema.name,
      description: schema.description,
      document: JSON.stringify(schema.document),
      is_system: schema.isSystem,
      revision: schema.revision,
      updated_at: schema.updatedAt,
    })
    .where('tenant_id', '=', schema.tenantId)
    .where('schema_id', '=', schema.schemaId)
    .execute()
}

export async function deleteSchema(tx: Tx, tenantId: string, id: string): Promise<void> {
  await tx.deleteFrom('schemas').where('tenant_id', '=', tenantId).where('schema_id', '=', id).execute()
}

const schemaOf = (row: Selectable<Tables['schemas']>): Schema => ({
  tenantId: row.tenant_id,
  schemaId: row.schema_id,
  name: row.name,
  description: row.description,
  document: row.document,
  isSystem: row.is_system,
  revision: row.revision,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})
