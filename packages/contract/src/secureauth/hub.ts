import { Type } from 'typebox'
import { noBody, operation } from '../operation.ts'
import { entityId, exactly, optional, text } from './words.ts'

// Divergence D-64
/** A whole tenant or workspace. What may stand in it is judged where it is applied, which answers with the path. */
const document = Type.Record(Type.String(), Type.Unknown())
const mergePatch = document
const anything = Type.Union([
  Type.String(),
  Type.Number(),
  Type.Boolean(),
  Type.Null(),
  Type.Array(Type.Unknown()),
  document,
])
const jsonPatch = Type.Array(
  exactly({
    op: Type.Enum(['add', 'remove', 'replace', 'move', 'copy', 'test']),
    path: Type.String({ maxLength: 1000 }),
    from: optional(Type.String({ maxLength: 1000 })),
    value: optional(anything),
  }),
  { maxItems: 1000 },
)

const mode = optional(Type.Enum(['ignore', 'fail', 'update']))
const dryRun = optional(Type.Enum(['true', 'false']))
const reading = { with_credentials: optional(Type.Boolean()) }
const writing = { mode, dry_run: dryRun }
const refusals = [404, 422, 429]

// Divergence D-58
const reads = {
  surface: 'hub',
  method: 'GET',
  scope: 'read_configuration',
  body: noBody,
  status: 200,
  answer: document,
  refusals,
} as const
const writes = { surface: 'hub', scope: 'manage_configuration', status: 204, answer: noBody, refusals } as const

const ofTenant = { params: exactly({}) }
const ofWorkspace = { params: exactly({ wid: text }) }
/** Of the tenant that is named, which is the token's. */
const tid = { tid: text }

export const ExportTenantConfig = operation({
  ...reads,
  ...ofTenant,
  operationId: 'ExportTenantConfig',
  path: '/{tid}/promote/config',
  query: exactly(reading),
})
export const ImportTenantConfig = operation({
  ...writes,
  ...ofTenant,
  operationId: 'ImportTenantConfig',
  method: 'POST',
  path: '/{tid}/promote/config',
  query: exactly(writing),
  body: document,
})
export const patchTenantConfigRfc6902 = operation({
  ...writes,
  ...ofTenant,
  operationId: 'patchTenantConfigRfc6902',
  method: 'PATCH',
  path: '/{tid}/promote/config-rfc6902',
  query: exactly(writing),
  body: jsonPatch,
})
export const patchTenantConfigRfc7396 = operation({
  ...writes,
  ...ofTenant,
  operationId: 'patchTenantConfigRfc7396',
  method: 'PATCH',
  path: '/{tid}/promote/config-rfc7396',
  query: exactly(writing),
  body: mergePatch,
})
export const ExportWorkspaceConfig = operation({
  ...reads,
  ...ofWorkspace,
  operationId: 'ExportWorkspaceConfig',
  path: '/{tid}/workspaces/{wid}/promote/config',
  query: exactly(reading),
})
export const ImportWorkspaceConfig = operation({
  ...writes,
  operationId: 'ImportWorkspaceConfig',
  method: 'POST',
  path: '/{tid}/workspaces/{wid}/promote/config',
  /** It may be a new one. */
  params: exactly({ wid: entityId }),
  query: exactly(writing),
  body: document,
})
export const patchWorkspaceConfigRfc6902 = operation({
  ...writes,
  ...ofWorkspace,
  operationId: 'patchWorkspaceConfigRfc6902',
  method: 'PATCH',
  path: '/{tid}/workspaces/{wid}/promote/config-rfc6902',
  query: exactly(writing),
  body: jsonPatch,
})
export const patchWorkspaceConfigRfc7396 = operation({
  ...writes,
  ...ofWorkspace,
  operationId: 'patchWorkspaceConfigRfc7396',
  method: 'PATCH',
  path: '/{tid}/workspaces/{wid}/promote/config-rfc7396',
  query: exactly(writing),
  body: mergePatch,
})
export const cloneWorkspace = operation({
  ...writes,
  ...ofWorkspace,
  operationId: 'cloneWorkspace',
  method: 'POST',
  path: '/{tid}/workspaces/{wid}/clone',
  query: exactly({}),
  body: exactly({ destination_id: entityId, patch: optional(mergePatch) }),
})
export const ExportSystemConfig = operation({
  ...reads,
  ...ofTenant,
  operationId: 'ExportSystemConfig',
  path: '/system/promote/config',
  query: exactly({ ...tid, ...reading }),
})
export const ImportSystemConfig = operation({
  ...writes,
  ...ofTenant,
  operationId: 'ImportSystemConfig',
  method: 'POST',
  path: '/system/promote/config',
  query: exactly({ ...tid, ...writing }),
  body: document,
})
export const patchSystemConfigRfc6902 = operation({
  ...writes,
  ...ofTenant,
  operationId: 'patchSystemConfigRfc6902',
  method: 'PATCH',
  path: '/system/promote/config-rfc6902',
  query: exactly({ ...tid, ...writing }),
  body: jsonPatch,
})
export const patchSystemConfigRfc7396 = operation({
  ...writes,
  ...ofTenant,
  operationId: 'patchSystemConfigRfc7396',
  method: 'PATCH',
  path: '/system/promote/config-rfc7396',
  query: exactly({ ...tid, ...writing }),
  body: mergePatch,
})
