import type { Organization as CloudOrganization, OrganizationChange } from '@gatehouse/sdk'
import { asked, changed, requireCloud } from './ask-cloud.ts'
import type { CloudOf } from './ask-cloud.ts'
import { pageToCloud } from './page-to-cloud.ts'
import type { IdentityBackend, OrganizationInput } from './identity-backend.ts'
import { readOrganization, readOrganizationAnswer } from './read-cloud.ts'
import { requireScope } from './read-local.ts'

type Organizations = Pick<
  IdentityBackend,
  'createOrganization' | 'deleteOrganization' | 'getOrganization' | 'listOrganizations' | 'updateOrganization'
>

const absent = 'organization.not_found'
const meanings = { 400: 'request.invalid', 404: absent, 409: 'organization.not_empty', 422: 'request.invalid' } as const

export const cloudOrganizations = (cloudOf: CloudOf): Organizations => ({
  async listOrganizations(caller, { searchPhrase, isTemplate, workspaceId, ...page }) {
    requireScope(caller, 'manage_configuration', 'read_configuration')
    const cloud = cloudOf(caller.tenantId)
    if (!cloud) return []
    const query = {
      ...pageToCloud('organization', page),
      search_phrase: searchPhrase,
      template: isTemplate,
      parent_id: workspaceId,
    }
    const { body } = await asked(meanings, () => cloud.api.admin.listOrganizations(query))
    return body.organizations.map((one) => readOrganization(caller, one))
  },

  async createOrganization(caller, input) {
    requireScope(caller, 'manage_configuration')
    const { api } = requireCloud(cloudOf, caller, 'workspace.not_found')
    const body = {
      ...written(input),
      id: input.organizationId,
      parent_id: input.parentId,
      template_id: input.templateId,
    }
    const said = { ...meanings, 404: 'workspace.not_found', 409: 'organization.id_taken' } as const
    return readOrganizationAnswer(caller, await asked(said, () => api.system.createOrganization({ body })))
  },

  async getOrganization(caller, id) {
    requireScope(caller, 'manage_configuration', 'read_configuration')
    const { api } = requireCloud(cloudOf, caller, absent)
    return readOrganizationAnswer(caller, await asked(meanings, () => api.system.getOrganization({ wid: id })))
  },

  async updateOrganization(caller, id, input, expected) {
    requireScope(caller, 'manage_configuration')
    const { api } = requireCloud(cloudOf, caller, absent)
    const answer = await asked(meanings, () =>
      changed(
        expected,
        () => api.system.getOrganization({ wid: id }),
        (before, options) => {
          const { metadata, ...change } = written(input)
          const body = { ...changeable(before), ...change, metadata: { ...before.metadata, ...metadata } }
          return api.system.updateOrganization({ wid: id, body }, options)
        },
      ),
    )
    return readOrganizationAnswer(caller, answer)
  },

  async deleteOrganization(caller, id, expected) {
    requireScope(caller, 'manage_configuration')
    const { api } = requireCloud(cloudOf, caller, absent)
    await asked(meanings, () =>
      changed(
        expected,
        () => api.system.getOrganization({ wid: id }),
        (_, options) => api.system.deleteOrganization({ wid: id }, options),
      ),
    )
  },
})

/** What of an organization a change may name. */
function changeable(before: CloudOrganization): OrganizationChange {
  const { authentication_mechanisms, color, description, domains, name, template } = before
  return defined({ authentication_mechanisms, color, description, domains, name, template })
}

/** `color` and `authentication_mechanisms` stand beside the metadata on the wire, and in it here. */
function written({ name, description, domains, isTemplate, metadata = {} }: OrganizationInput): OrganizationChange {
  const { color, authentication_mechanisms, payload, schema } = metadata as Pick<
    OrganizationChange,
    'authentication_mechanisms' | 'color'
  > &
    NonNullable<OrganizationChange['metadata']>
  return defined({
    name,
    description,
    domains,
    template: isTemplate,
    color,
    authentication_mechanisms,
    ...(payload === undefined && schema === undefined ? {} : { metadata: defined({ payload, schema }) }),
  })
}

const defined = <T extends object>(fields: T): T =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T
