import { clientFields, createOrganization, keptOfServer, serverType, systemCreatePool } from '@gatehouse/contract'
import { Type } from 'typebox'
import type { Static, TProperties, TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { Problem } from '../../problem/index.ts'
import { workspaceParts } from '../provisioning/index.ts'

const exact = { additionalProperties: false } as const
const optional = <S extends TSchema>(schema: S) => Type.Optional(schema)
const mapOf = <S extends TSchema>(schema: S) =>
  Type.Optional(Type.Record(Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._~-]{0,99}$' }), schema))

function without<P extends TProperties, const Names extends readonly (keyof P)[]>(properties: P, names: Names) {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !names.includes(name))) as Omit<
    P,
    Names[number]
  >
}

/** A client without its name and place, which the document says by where it stands. */
const client = Type.Object(
  {
    ...without(clientFields, [
      'authorization_server_id',
      'client_id',
      'client_id_issued_at',
      'client_secret_expires_at',
      'created_at',
      'tenant_id',
      'updated_at',
    ]),
    // Divergence D-64
    gatehouse: optional(
      Type.Object(
        {
          initiate_login_uri: optional(Type.String({ pattern: '^https?://', maxLength: 2000 })),
          is_portal: optional(Type.Boolean()),
          response_modes: optional(Type.Array(Type.Enum(['query', 'fragment', 'form_post']), { minItems: 1 })),
          api_audiences: optional(Type.Array(Type.String({ pattern: '^https?://' }), { maxItems: 100 })),
          /** The hashes of its secrets, for whoever has the same vault. */
          sealed_secrets: optional(Type.String({ maxLength: 20_000 })),
        },
        exact,
      ),
    ),
  },
  exact,
)
export type ClientDocument = Static<typeof client>

const pool = Type.Object(
  {
    ...without(systemCreatePool.body.properties, ['id', 'tenant_id', 'workspace_id', 'deleted', 'system']),
  },
  exact,
)
export type PoolDocument = Static<typeof pool>

const organization = Type.Object(
  {
    ...without(createOrganization.body.properties, ['id', 'parent_id', 'template_id']),
    pools: mapOf(pool),
    gatehouse: optional(Type.Object({ brand: workspaceParts.brand, sessions: workspaceParts.sessions }, exact)),
  },
  exact,
)
export type OrganizationDocument = Static<typeof organization>

const resource = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 200 }),
    scopes: Type.Array(Type.String({ pattern: '^[!#-\\[\\]-~]+$' }), { maxItems: 1000 }),
    access_token_seconds: Type.Integer({ minimum: 30, maximum: 86_400 }),
  },
  exact,
)

const server = Type.Object(
  {
    ...keptOfServer.properties,
    name: optional(Type.String({ minLength: 1, maxLength: 200 })),
    type: optional(serverType),
    clients: mapOf(client),
    pools: mapOf(pool),
    theme_binding: optional(Type.Object({ theme_id: Type.String() }, exact)),
    // Divergence D-64
    gatehouse: optional(
      Type.Object(
        {
          username_scope: optional(Type.Enum(['workspace', 'organization'])),
          brand: workspaceParts.brand,
          sessions: workspaceParts.sessions,
          sign_in: workspaceParts.signIn,
          acrs: workspaceParts.acrs,
          /** By audience. */
          apis: optional(Type.Record(Type.String({ pattern: '^https?://' }), resource)),
          organizations: mapOf(organization),
        },
        exact,
      ),
    ),
  },
  exact,
)
export type ServerDocument = Static<typeof server>

const tenant = Type.Object(
  { name: optional(Type.String({ minLength: 1, maxLength: 200 })), servers: mapOf(server) },
  exact,
)
export type TenantDocument = Static<typeof tenant>

export const readServer = (value: unknown): ServerDocument => read(server, value)
export const readTenant = (value: unknown): TenantDocument => read(tenant, value)

/** @throws Problem `request.invalid` with the path of what is wrong, never its value */
function read<S extends TSchema>(schema: S, value: unknown): Static<S> {
  if (Value.Check(schema, value)) return value
  const paths = Value.Errors(schema, value)
    .slice(0, 20)
    .map(({ instancePath, keyword, message, params }) => ({
      path: instancePath,
      message: keyword === 'boolean' ? 'is not known here' : message,
      ...('additionalProperties' in params ? { names: params.additionalProperties } : {}),
    }))
  throw new Problem('request.invalid', `The document is not valid at ${paths[0]?.path ?? '/'}.`, { details: { paths } })
}
