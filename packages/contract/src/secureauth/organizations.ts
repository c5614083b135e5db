import { Type } from 'typebox'
import type { Static } from 'typebox'
import { noBody, operation } from '../operation.ts'
import { entityId, exactly, freeObject, mechanisms, optional, paging, text } from './words.ts'

/** A colour of a label, `#rrggbb`. */
export const colour = Type.String({ pattern: '^#[0-9A-Fa-f]{6}$' })
const name = Type.String({ minLength: 1, maxLength: 200 })
const description = Type.String({ maxLength: 2000 })
const domains = Type.Array(Type.String({ minLength: 1, maxLength: 253 }), { maxItems: 100 })
export const serverMetadata = exactly({ payload: optional(freeObject), schema: optional(freeObject) })

const described = {
  authentication_mechanisms: optional(mechanisms),
  color: optional(colour),
  description: optional(description),
  domains: optional(domains),
  id: optional(entityId),
  metadata: optional(serverMetadata),
  name: optional(name),
  /** The workspace that the organization belongs to. */
  parent_id: optional(entityId),
  template: optional(Type.Boolean()),
}

export const newOrganization = exactly({ ...described, template_id: optional(entityId) })
export type NewOrganization = Static<typeof newOrganization>

export const organizationChange = exactly(described)
export type OrganizationChange = Static<typeof organizationChange>

// Divergence D-18
export const organization = exactly({
  authentication_mechanisms: optional(mechanisms),
  color: optional(colour),
  description,
  domains,
  id: entityId,
  issuer_url: Type.String(),
  metadata: optional(serverMetadata),
  name: Type.String(),
  parent_id: entityId,
  template: Type.Boolean(),
})
export type Organization = Static<typeof organization>

const common = { surface: 'system', scope: 'manage_configuration' } as const
const byId = { path: '/organizations/{wid}', params: exactly({ wid: text }), query: exactly({}) }

export const listOrganizations = operation({
  ...common,
  operationId: 'listOrganizations',
  method: 'GET',
  path: '/organizations',
  params: exactly({}),
  query: exactly({
    search_phrase: optional(text),
    template: optional(Type.Boolean()),
    after_organization_id: optional(text),
    before_organization_id: optional(text),
    sort: optional(Type.Enum(['id'])),
    ...paging,
  }),
  body: noBody,
  status: 200,
  answer: exactly({ organizations: Type.Array(organization) }),
  refusals: [404, 429],
})

export const createOrganization = operation({
  ...common,
  operationId: 'createOrganization',
  method: 'POST',
  path: '/organizations',
  params: exactly({}),
  query: exactly({}),
  body: newOrganization,
  status: 201,
  answer: organization,
  refusals: [404, 409, 422, 429],
})

export const getOrganization = operation({
  ...common,
  ...byId,
  operationId: 'getOrganization',
  method: 'GET',
  body: noBody,
  status: 200,
  answer: organization,
  refusals: [404, 412, 429],
})

export const updateOrganization = operation({
  ...common,
  ...byId,
  operationId: 'updateOrganization',
  method: 'PUT',
  body: organizationChange,
  status: 200,
  answer: organization,
  refusals: [404, 412, 422, 429],
})

export const deleteOrganization = operation({
  ...common,
  ...byId,
  operationId: 'deleteOrganization',
  method: 'DELETE',
  body: noBody,
  status: 204,
  answer: noBody,
  refusals: [404, 409, 412, 429],
})

// Divergence D-58
/** The same operations for those who administer; to read there, reading is enough. */
const onAdmin = { surface: 'admin' } as const
const adminReads = { surface: 'admin', scope: 'read_configuration' } as const

export const adminListOrganizations = operation({
  ...listOrganizations,
  ...adminReads,
  query: exactly({
    search_phrase: optional(text),
    template: optional(Type.Boolean()),
    parent_id: optional(text),
    after_organization_id: optional(text),
    before_organization_id: optional(text),
    sort: optional(Type.Enum(['id'])),
    ...paging,
  }),
})
export const adminCreateOrganization = operation({ ...createOrganization, ...onAdmin })
export const adminGetOrganization = operation({ ...getOrganization, ...adminReads })
export const adminUpdateOrganization = operation({ ...updateOrganization, ...onAdmin })
export const adminDeleteOrganization = operation({ ...deleteOrganization, ...onAdmin })

const organizationMetadata = exactly({ payload: optional(freeObject) })

export const updateOrganizationMetadata = operation({
  ...onAdmin,
  scope: 'manage_configuration',
  operationId: 'updateOrganizationMetadata',
  method: 'PUT',
  path: '/organizations/{wid}/metadata',
  params: exactly({ wid: text }),
  query: exactly({}),
  body: organizationMetadata,
  status: 200,
  answer: organizationMetadata,
  refusals: [404, 412, 429],
})
