import type { SchemaDocument } from './read-document.ts'

/** A JSON Schema that people's data can be held to, known to one tenant by its id. */
export interface Schema {
  readonly tenantId: string
  readonly schemaId: string
  readonly name: string
  readonly description: string
  readonly document: SchemaDocument
  /** Neither changed nor deleted. */
  readonly isSystem: boolean
  readonly revision: number
  /** Absent for what comes with the server. */
  readonly createdAt?: Date | undefined
  readonly updatedAt?: Date | undefined
}

// Divergence D-31
/** What every tenant has: any object, for pools that name no schema. The vendor's own contents are not described. */
const builtIn = new Map([
  ['metadata_v0', 'Any metadata'],
  ['user_v0', 'Any person'],
])

export const isBuiltIn = (schemaId: string): boolean => builtIn.has(schemaId)

export function builtInSchemas(tenantId: string): Schema[] {
  return [...builtIn].map(([schemaId, name]) => ({
    tenantId,
    schemaId,
    name,
    description: '',
    document: { type: 'object' },
    isSystem: true,
    revision: 1,
  }))
}

/** The schemas of a pool that names none. */
export const defaultSchemas = { payload: 'user_v0', metadata: 'metadata_v0' } as const
