import type { Clock } from '../../platform/clock/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import type { Random } from '../../platform/random/index.ts'
import { Problem } from '../../problem/index.ts'
import { recordEvents } from '../audit/index.ts'
import type { RequestFacts } from '../audit/index.ts'
import { isSchemaOfPools } from '../pools/index.ts'
import { isSchemaOfUsers } from '../users/index.ts'
import type { SchemaDocument } from './read-document.ts'
import { isBuiltIn } from './schema.ts'
import type { Schema } from './schema.ts'
import { countSchemas, deleteSchema, findSchemaForUpdate, insertSchema, updateSchema } from './schemas.store.ts'

export interface SchemaNeeds {
  transact<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  readonly clock: Clock
  readonly random: Random
}

/** Who asks; the surface has asked for the scope. */
export interface SchemaCaller {
  readonly tenantId: string
  readonly facts: RequestFacts
}

export interface SchemaInput {
  readonly name: string
  readonly description: string | undefined
  readonly document: SchemaDocument
  readonly isSystem: boolean | undefined
}

/** All of them are in one answer. */
const mostSchemas = 500

/** @throws Problem `schema.id_taken`, `request.invalid` for one more than a tenant may have */
export function createSchema(
  needs: SchemaNeeds,
  caller: SchemaCaller,
  id: string | undefined,
  input: SchemaInput,
): Promise<Schema> {
  return needs.transact(async (tx) => {
    const now = needs.clock.now()
    const schema = {
      tenantId: caller.tenantId,
      schemaId: id ?? needs.random.uuid(),
      name: input.name,
      description: input.description ?? '',
      document: input.document,
      isSystem: input.isSystem ?? false,
      revision: 1,
      createdAt: now,
      updatedAt: now,
    }
    if ((await countSchemas(tx, caller.tenantId)) >= mostSchemas) {
      throw new Problem('request.invalid', `A tenant has at most ${mostSchemas} schemas.`)
    }
    if (isBuiltIn(schema.schemaId) || !(await insertSchema(tx, schema))) throw new Problem('schema.id_taken')
    await record(tx, needs, caller, 'created', schema)
    return schema
  })
}

/**
 * Judges nothing that is stored: whoever is written from now on must meet it.
 *
 * @throws Problem `schema.not_found`, `schema.protected`, `request.conflict`
 */
export function changeSchema(
  needs: SchemaNeeds,
  caller: SchemaCaller,
  id: string,
  input: SchemaInput,
  expected: readonly number[] | undefined,
): Promise<Schema> {
  return needs.transact(async (tx) => {
    const before = await held(tx, caller.tenantId, id, expected)
    const after = {
      ...before,
      name: input.name,
      description: input.description ?? before.description,
      document: input.document,
      isSystem: input.isSystem ?? before.isSystem,
      revision: before.revision + 1,
      updatedAt: needs.clock.now(),
    }
    await updateSchema(tx, after)
    await record(tx, needs, caller, 'updated', after)
    return after
  })
}

/** @throws Problem `schema.not_found`, `schema.protected`, `schema.in_use`, `request.conflict` */
export function removeSchema(
  needs: SchemaNeeds,
  caller: SchemaCaller,
  id: string,
  expected: readonly number[] | undefined,
): Promise<void> {
  return needs.transact(async (tx) => {
    const schema = await held(tx, caller.tenantId, id, expected)
    if ((await isSchemaOfPools(tx, caller.tenantId, id)) || (await isSchemaOfUsers(tx, caller.tenantId, id))) {
      throw new Problem('schema.in_use')
    }
    await deleteSchema(tx, caller.tenantId, id)
    await record(tx, needs, caller, 'deleted', schema)
  })
}

async function held(tx: Tx, tenantId: string, id: string, expected: readonly number[] | undefined): Promise<Schema> {
  if (isBuiltIn(id)) throw new Problem('schema.protected')
  const schema = await findSchemaForUpdate(tx, tenantId, id)
  if (!schema) throw new Problem('schema.not_found')
  if (expected !== undefined && !expected.includes(schema.revision)) throw new Problem('request.conflict')
  if (schema.isSystem) throw new Problem('schema.protected')
  return schema
}

/** A schema is the tenant's; its events stand in the workspace of the applications that change it. */
async function record(
  tx: Tx,
  needs: SchemaNeeds,
  { tenantId, facts }: SchemaCaller,
  action: 'created' | 'deleted' | 'updated',
  { schemaId, name }: Schema,
): Promise<void> {
  await recordEvents(tx, needs, facts, [
    { tenantId, workspaceId: 'system', subject: 'schema', action, payload: { id: schemaId, name } },
  ])
}
