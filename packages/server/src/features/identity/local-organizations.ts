import { isDeepStrictEqual } from 'node:util'
import type { Reader } from '../../platform/db/index.ts'
import { Problem } from '../../problem/index.ts'
import { recordEvents } from '../audit/index.ts'
import { findBiller } from '../billers/index.ts'
import { selectPools } from '../pools/index.ts'
import {
  deleteOrganization,
  findOrganization,
  findWorkspace,
  insertOrganization,
  lockOrganization,
  organizationId,
  selectOrganizations,
  selectWorkspaces,
  updateOrganization,
} from '../tenancy/index.ts'
import type { Organization, Workspace } from '../tenancy/index.ts'
import type { Caller, IdentityBackend, NewOrganizationInput, OrganizationInput } from './identity-backend.ts'
import type { LocalNeeds } from './local-needs.ts'
import { pageOf, requireExpected, requireScope } from './read-local.ts'

type Organizations = Pick<
  IdentityBackend,
  'createOrganization' | 'deleteOrganization' | 'getOrganization' | 'listOrganizations' | 'updateOrganization'
>

export const localOrganizations = (needs: LocalNeeds): Organizations => ({
  async listOrganizations(caller, filter) {
    requireScope(caller, 'manage_configuration', 'read_configuration')
    return pageOf(filter, (page) => selectOrganizations(needs.reader, { ...page, tenantId: caller.tenantId }))
  },

  async getOrganization(caller, id) {
    requireScope(caller, 'manage_configuration', 'read_configuration')
    return found(await findOrganization(needs.reader, caller.tenantId, id))
  },

  async createOrganization(caller, input) {
    requireScope(caller, 'manage_configuration')
    return needs.transact(async (tx) => {
      const parent = await parentOf(tx, caller, input.parentId)
      const template = await templateOf(tx, caller, input)
      const now = needs.clock.now()
      const id = organizationId(input.organizationId ?? needs.random.uuid())
      const organization: Organization = {
        tenantId: caller.tenantId,
        organizationId: id,
        workspaceId: parent.workspaceId,
        name: input.name ?? id,
        description: input.description ?? '',
        domains: domainsOf(input.domains ?? []),
        metadata: { ...template?.metadata, ...input.metadata },
        brand: template?.brand ?? {},
        isTemplate: input.isTemplate ?? false,
        revision: 1,
        createdAt: now,
        updatedAt: now,
      }
      // A workspace wins at an address, so an organization of its name could never be reached.
      const isWorkspace = (await findWorkspace(tx, caller.tenantId, id)) !== undefined
      if (isWorkspace || !(await insertOrganization(tx, organization))) throw new Problem('organization.id_taken')
      await recordEvents(tx, needs, caller.facts, [
        { ...about(organization), action: 'created', payload: shown(organization) },
      ])
      return organization
    })
  },

  async updateOrganization(caller, id, input, expected) {
    requireScope(caller, 'manage_configuration')
    return needs.transact(async (tx) => {
      const before = found(await lockOrganization(tx, caller.tenantId, id, 'delete'))
      requireExpected(expected, before.revision)
      const after = { ...changed(before, input), updatedAt: needs.clock.now() }
      const fields = changedFields(before, after)
      if (fields.length === 0) return before
      if (!(await updateOrganization(tx, after))) throw new Problem('request.conflict')
      await recordEvents(tx, needs, caller.facts, [
        { ...about(after), action: 'updated', payload: { ...shown(after), changed: fields } },
      ])
      return { ...after, revision: before.revision + 1 }
    })
  },

  async deleteOrganization(caller, id, expected) {
    requireScope(caller, 'manage_configuration')
    return needs.transact(async (tx) => {
      const organization = found(await lockOrganization(tx, caller.tenantId, id, 'delete'))
      requireExpected(expected, organization.revision)
      const { tenantId, organizationId: own } = organization
      const [pool] = await selectPools(tx, { tenantId, organizationId: own, descending: false, limit: 1 })
      // Divergence D-06
      if (pool || (await findBiller(tx, tenantId, own))) throw new Problem('organization.not_empty')
      await deleteOrganization(tx, tenantId, own)
      await recordEvents(tx, needs, caller.facts, [
        { ...about(organization), action: 'deleted', payload: shown(organization) },
      ])
    })
  },
})

function found(organization: Organization | undefined): Organization {
  if (!organization) throw new Problem('organization.not_found')
  return organization
}

async function parentOf(reader: Reader, caller: Caller, parentId: string | undefined): Promise<Workspace> {
  if (parentId === undefined) {
    const customers = (await selectWorkspaces(reader)).filter(
      ({ tenantId, kind }) => tenantId === caller.tenantId && kind === 'customer',
    )
    const [only, another] = customers
    if (!only || another) throw new Problem('request.invalid', 'Say with parent_id which workspace it belongs to.')
    return only
  }
  const parent = await findWorkspace(reader, caller.tenantId, parentId)
  // Divergence D-03: organizations are one level deep.
  if (!parent) throw new Problem('workspace.not_found')
  if (parent.kind === 'system') throw new Problem('request.invalid', 'The system workspace holds no organizations.')
  return parent
}

async function templateOf(
  reader: Reader,
  caller: Caller,
  input: NewOrganizationInput,
): Promise<Organization | undefined> {
  if (input.templateId === undefined) return undefined
  const template = await findOrganization(reader, caller.tenantId, input.templateId)
  if (!template?.isTemplate) throw new Problem('request.invalid', 'There is no such template.')
  return template
}

const changed = (before: Organization, input: OrganizationInput): Organization => ({
  ...before,
  name: input.name ?? before.name,
  description: input.description ?? before.description,
  domains: input.domains === undefined ? before.domains : domainsOf(input.domains),
  metadata: { ...before.metadata, ...input.metadata },
  isTemplate: input.isTemplate ?? before.isTemplate,
})

const domain = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/

/** E-mail domains in lower case, each once. */
function domainsOf(typed: readonly string[]): readonly string[] {
  const domains = [...new Set(typed.map((text) => text.toLowerCase()))]
  if (!domains.every((text) => domain.test(text))) throw new Problem('request.invalid', 'One of the domains is none.')
  return domains
}

const changedFields = (before: Organization, after: Organization): string[] =>
  (['name', 'description', 'domains', 'metadata', 'isTemplate'] as const).filter(
    (field) => !isDeepStrictEqual(before[field], after[field]),
  )

const about = (organization: Organization) => ({
  tenantId: organization.tenantId,
  workspaceId: organization.workspaceId,
  organizationId: organization.organizationId,
  subject: 'organization' as const,
})

const shown = ({ organizationId: id, name }: Organization) => ({ id, name })
