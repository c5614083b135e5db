import {
  systemCreateSchema,
  systemDeleteSchema,
  systemGetSchema,
  systemListSchemas,
  systemUpdateSchema,
} from '@gatehouse/contract'
import type * as wire from '@gatehouse/contract'
import type { Reader } from '../../platform/db/index.ts'
import { Problem } from '../../problem/index.ts'
import type { Mount } from '../../surfaces/management/index.ts'
import { changeSchema, createSchema, removeSchema } from './change-schema.ts'
import type { SchemaInput, SchemaNeeds } from './change-schema.ts'
import { readDocument } from './read-document.ts'
import { builtInSchemas } from './schema.ts'
import type { Schema } from './schema.ts'
import { findSchema, selectSchemas } from './schemas.store.ts'

export function mountSchemas(mount: Mount, needs: SchemaNeeds & { readonly reader: Reader }): void {
  const answer = (schema: Schema) => ({ body: shown(schema), revision: schema.revision })

  mount(systemListSchemas, async ({ caller }) => {
    const own = await selectSchemas(needs.reader, caller.tenantId)
    return { body: { schemas: [...builtInSchemas(caller.tenantId), ...own].map(shown) } }
  })

  mount(systemCreateSchema, async ({ caller, body }) => {
    requireTenant(body, caller.tenantId)
    return answer(await createSchema(needs, caller, body.id, readInput(body)))
  })

  mount(systemGetSchema, async ({ caller, params }) => {
    const schema =
      builtInSchemas(caller.tenantId).find(({ schemaId }) => schemaId === params.schID) ??
      (await findSchema(needs.reader, caller.tenantId, params.schID))
    if (!schema) throw new Problem('schema.not_found')
    return answer(schema)
  })

  mount(systemUpdateSchema, async ({ caller, params, body, expected }) => {
    requireTenant(body, caller.tenantId)
    if (body.id !== undefined && body.id !== params.schID) {
      throw new Problem('request.invalid', 'The id of a schema does not change.', { details: { field: 'id' } })
    }
    return answer(await changeSchema(needs, caller, params.schID, readInput(body), expected))
  })

  mount(systemDeleteSchema, async ({ caller, params, expected }) => {
    await removeSchema(needs, caller, params.schID, expected)
    return { body: undefined }
  })
}

function requireTenant(body: wire.Schema, tenantId: string): void {
  if (body.tenant_id === tenantId) return
  throw new Problem('request.invalid', 'tenant_id is another tenant than the one of the address.', {
    details: { field: 'tenant_id' },
  })
}

const readInput = (body: wire.Schema): SchemaInput => ({
  name: body.name,
  description: body.description,
  document: readDocument(body.schema),
  isSystem: body.system,
})

const shown = (schema: Schema): wire.Schema => ({
  id: schema.schemaId,
  tenant_id: schema.tenantId,
  name: schema.name,
  description: schema.description,
  schema: { ...schema.document },
  system: schema.isSystem,
  ...(schema.createdAt === undefined ? {} : { created_at: schema.createdAt.toISOString() }),
  ...(schema.updatedAt === undefined ? {} : { updated_at: schema.updatedAt.toISOString() }),
})
