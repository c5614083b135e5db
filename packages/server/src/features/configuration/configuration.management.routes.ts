import * as contract from '@gatehouse/contract'
import type { Tx } from '../../platform/db/index.ts'
import { Problem } from '../../problem/index.ts'
import type { ManagementCaller, Mount } from '../../surfaces/management/index.ts'
import { findWorkspace } from '../tenancy/index.ts'
import { applyServer, applyTenant } from './apply-configuration.ts'
import type { Application, InsertMode } from './apply-configuration.ts'
import { readServer, readTenant } from './documents.ts'
import type { ServerDocument, TenantDocument } from './documents.ts'
import { exportServer, exportTenant } from './export-configuration.ts'
import type { ConfigurationNeeds } from './needs.ts'
import { merged, patched } from './patch-document.ts'

/** Thrown to undo what was only tried. */
class OnlyTried extends Error {}

interface Asked {
  readonly mode?: InsertMode | undefined
  readonly dry_run?: string | undefined
}

// Divergence D-64
/** A tenant or a workspace as one document. */
export function mountConfiguration(mount: Mount, needs: ConfigurationNeeds): void {
  const { db, vault } = needs

  /** Everything or nothing; with `dry_run` everything is tried and nothing stays. */
  async function apply(
    caller: ManagementCaller,
    { mode = 'update', dry_run: dryRun }: Asked,
    isWhole: boolean,
    work: (application: Application) => Promise<void>,
  ): Promise<{ body: undefined }> {
    try {
      await db.transaction(async (tx) => {
        await work({ tx, needs, caller, mode, isWhole })
        if (dryRun === 'true') throw new OnlyTried()
      })
    } catch (thrown) {
      if (!(thrown instanceof OnlyTried)) throw thrown
    }
    return { body: undefined }
  }

  const workspaceIn = async (tx: Tx, { tenantId }: ManagementCaller, wid: string): Promise<ServerDocument> => {
    const workspace = await findWorkspace(tx, tenantId, wid)
    if (!workspace) throw new Problem('workspace.not_found')
    return exportServer(tx, workspace, undefined)
  }
  const changeTenant = (caller: ManagementCaller, asked: Asked, change: (before: TenantDocument) => unknown) =>
    apply(caller, asked, true, async (application) => {
      const before = await exportTenant(application.tx, caller.tenantId, undefined)
      await applyTenant(application, before, readTenant(change(before)))
    })
  const changeServer = (
    caller: ManagementCaller,
    wid: string,
    asked: Asked,
    change: (before: ServerDocument) => unknown,
  ) =>
    apply(caller, asked, true, async (application) => {
      const before = await workspaceIn(application.tx, caller, wid)
      await applyServer(application, wid, before, readServer(change(before)), '')
    })

  for (const row of [contract.ExportTenantConfig, contract.ExportSystemConfig]) {
    mount(row, async ({ caller, query }) => {
      const sealer = query.with_credentials === true ? vault : undefined
      return { body: await exportTenant(db.reader, caller.tenantId, sealer) }
    })
  }
  for (const row of [contract.ImportTenantConfig, contract.ImportSystemConfig]) {
    mount(row, ({ caller, query, body }) =>
      apply(caller, query, false, async (application) => {
        const after = readTenant(body)
        await applyTenant(application, await exportTenant(application.tx, caller.tenantId, undefined), after)
      }),
    )
  }
  for (const row of [contract.patchTenantConfigRfc6902, contract.patchSystemConfigRfc6902]) {
    mount(row, ({ caller, query, body }) => changeTenant(caller, query, (before) => patched(before, body)))
  }
  for (const row of [contract.patchTenantConfigRfc7396, contract.patchSystemConfigRfc7396]) {
    mount(row, ({ caller, query, body }) => changeTenant(caller, query, (before) => merged(before, body)))
  }

  mount(contract.ExportWorkspaceConfig, async ({ caller, params, query }) => {
    const workspace = await findWorkspace(db.reader, caller.tenantId, params.wid)
    if (!workspace) throw new Problem('workspace.not_found')
    return { body: await exportServer(db.reader, workspace, query.with_credentials === true ? vault : undefined) }
  })
  mount(contract.ImportWorkspaceConfig, ({ caller, params, query, body }) =>
    apply(caller, query, false, async (application) => {
      const after = readServer(body)
      const workspace = await findWorkspace(application.tx, caller.tenantId, params.wid)
      const before = workspace && (await exportServer(application.tx, workspace, undefined))
      if (before && query.mode === 'fail') throw new Problem('request.invalid', 'The workspace is there already.')
      if (before && query.mode === 'ignore') return
      await applyServer(application, params.wid, before, after, '')
    }),
  )
  mount(contract.patchWorkspaceConfigRfc6902, ({ caller, params, query, body }) =>
    changeServer(caller, params.wid, query, (before) => patched(before, body)),
  )
  mount(contract.patchWorkspaceConfigRfc7396, ({ caller, params, query, body }) =>
    changeServer(caller, params.wid, query, (before) => merged(before, body)),
  )

  mount(contract.cloneWorkspace, ({ caller, params, body }) =>
    apply(caller, {}, false, async (application) => {
      const source = await workspaceIn(application.tx, caller, params.wid)
      const { random } = needs
      const renamed = <Document>(all: Readonly<Record<string, Document>> | undefined): Record<string, Document> =>
        Object.fromEntries(Object.values(all ?? {}).map((one) => [random.uuid(), one]))
      // Ids of clients, pools and organizations are somebody's already: the copy has its own, and no organizations.
      const { organizations: _, ...ours } = source.gatehouse ?? {}
      const copy = {
        ...source,
        type: 'regular',
        clients: renamed(source.clients),
        pools: renamed(source.pools),
        gatehouse: ours,
      }
      if (await findWorkspace(application.tx, caller.tenantId, body.destination_id)) {
        throw new Problem('request.invalid', 'destination_id is another workspace already.')
      }
      const document = readServer(body.patch === undefined ? copy : merged(copy, body.patch))
      await applyServer(application, body.destination_id, undefined, document, '')
    }),
  )
}
