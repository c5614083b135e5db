import {
  adminCreateOrganization,
  adminDeleteOrganization,
  adminGetOrganization,
  adminListOrganizations,
  adminUpdateOrganization,
  createOrganization,
  deleteOrganization,
  getOrganization,
  listOrganizations,
  updateOrganization,
  updateOrganizationMetadata,
} from '@gatehouse/contract'
import type * as wire from '@gatehouse/contract'
import type { Static } from 'typebox'
import { Problem } from '../../problem/index.ts'
import type { Mount } from '../../surfaces/management/index.ts'
import type {
  Caller,
  IdentityBackend,
  ListedOrganization,
  ManagedOrganization,
  OrganizationInput,
} from './identity-backend.ts'
import { readPage } from './read-page.ts'

export interface OrganizationRouteNeeds {
  readonly backend: IdentityBackend
  /** Public origin of this server, for `issuer_url`. */
  readonly origin: string
}

export function mountOrganizations(mount: Mount, { backend, origin }: OrganizationRouteNeeds): void {
  const answer = (organization: ManagedOrganization) => ({
    body: shownOrganization(organization, origin),
    revision: organization.revision,
  })

  const list = async (
    caller: Caller,
    query: Static<typeof adminListOrganizations.query>,
  ): Promise<{ body: { organizations: wire.Organization[] } }> => {
    const organizations = await backend.listOrganizations(caller, {
      ...readPage(query, query.after_organization_id, query.before_organization_id),
      searchPhrase: query.search_phrase,
      isTemplate: query.template,
      workspaceId: query.parent_id,
    })
    return { body: { organizations: organizations.map((one) => shownOrganization(one, origin)) } }
  }
  mount(listOrganizations, ({ caller, query }) => list(caller, query))
  mount(adminListOrganizations, ({ caller, query }) => list(caller, query))

  for (const row of [createOrganization, adminCreateOrganization]) {
    mount(row, async ({ caller, body }) =>
      answer(
        await backend.createOrganization(caller, {
          ...readOrganizationInput(body),
          organizationId: body.id,
          parentId: body.parent_id,
          templateId: body.template_id,
        }),
      ),
    )
  }

  for (const row of [getOrganization, adminGetOrganization]) {
    mount(row, async ({ caller, params }) => answer(await backend.getOrganization(caller, params.wid)))
  }

  for (const row of [updateOrganization, adminUpdateOrganization]) {
    mount(row, async ({ caller, params, body, expected }) => {
      if (body.id !== undefined && body.id !== params.wid) {
        throw new Problem('request.invalid', 'The id of an organization does not change.')
      }
      if (body.parent_id !== undefined) {
        const { workspaceId } = await backend.getOrganization(caller, params.wid)
        if (workspaceId !== body.parent_id) {
          throw new Problem('request.invalid', 'An organization stays in its workspace.')
        }
      }
      return answer(await backend.updateOrganization(caller, params.wid, readOrganizationInput(body), expected))
    })
  }

  mount(updateOrganizationMetadata, async ({ caller, params, body, expected }) => {
    const input = { metadata: { payload: body.payload ?? {} } }
    const changed = await backend.updateOrganization(caller, params.wid, input, expected)
    return { body: { payload: (changed.metadata as KeptFields).payload ?? {} }, revision: changed.revision }
  })

  for (const row of [deleteOrganization, adminDeleteOrganization]) {
    mount(row, async ({ caller, params, expected }) => {
      await backend.deleteOrganization(caller, params.wid, expected)
      return { body: undefined }
    })
  }
}

/** `color` and `authentication_mechanisms` are kept beside the metadata and not acted upon. */
export function readOrganizationInput(body: wire.OrganizationChange): OrganizationInput {
  const { payload, schema } = body.metadata ?? {}
  const kept = { payload, schema, color: body.color, authentication_mechanisms: body.authentication_mechanisms }
  return {
    name: body.name,
    description: body.description,
    domains: body.domains,
    isTemplate: body.template,
    metadata: Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined)),
  }
}

/** Stored by `readOrganizationInput` and by nobody else. */
type KeptFields = Pick<wire.Organization, 'authentication_mechanisms' | 'color'> &
  NonNullable<wire.Organization['metadata']>

export function shownOrganization(organization: ListedOrganization, origin: string): wire.Organization {
  const { color, authentication_mechanisms, payload, schema } = organization.metadata as KeptFields
  return {
    id: organization.organizationId,
    name: organization.name,
    description: organization.description,
    domains: [...organization.domains],
    parent_id: organization.workspaceId,
    template: organization.isTemplate,
    issuer_url: `${origin}/${organization.tenantId}/${organization.organizationId}`,
    ...(color === undefined ? {} : { color }),
    ...(authentication_mechanisms === undefined ? {} : { authentication_mechanisms }),
    ...(payload === undefined && schema === undefined
      ? {}
      : { metadata: { ...(payload === undefined ? {} : { payload }), ...(schema === undefined ? {} : { schema }) } }),
  }
}
