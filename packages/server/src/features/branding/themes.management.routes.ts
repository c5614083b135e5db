import {
  bindServerTheme,
  createTheme,
  deleteTheme,
  getServerTheme,
  getTheme,
  listThemes,
  unbindServerTheme,
  updateTheme,
} from '@gatehouse/contract'
import type * as wire from '@gatehouse/contract'
import type { Clock } from '../../platform/clock/index.ts'
import type { Db, Tx } from '../../platform/db/index.ts'
import type { Random } from '../../platform/random/index.ts'
import { Problem } from '../../problem/index.ts'
import type { ExpectedRevisions, ManagementCaller, Mount } from '../../surfaces/management/index.ts'
import { recordEvents } from '../audit/index.ts'
import { findWorkspace, lockWorkspace, selectWorkspacePage, updateWorkspace } from '../tenancy/index.ts'
import type { BrandSettings, StoredWorkspace } from '../tenancy/index.ts'
import * as store from './themes.store.ts'
import type { Theme } from './themes.store.ts'

export interface ThemeRouteNeeds {
  readonly db: Db
  readonly clock: Clock
  readonly random: Random
}

// Divergence D-61
/** Themes, and which workspace wears which: its pages wear the theme over the workspace's own brand, within a second. */
export function mountThemes(mount: Mount, needs: ThemeRouteNeeds): void {
  const { db } = needs
  const answer = (theme: Theme) => ({ body: shown(theme), revision: theme.revision })

  mount(listThemes, async ({ caller }) => {
    return { body: { themes: (await store.selectThemes(db.reader, caller.tenantId)).map(shown) } }
  })

  mount(getTheme, async ({ caller, params }) =>
    answer(found(await store.findTheme(db.reader, caller.tenantId, params.themeID))),
  )

  mount(createTheme, async ({ caller, query, body }) => {
    requireTenant(body, caller)
    return answer(
      await db.transaction(async (tx) => {
        const source =
          query.source_theme_id === undefined
            ? undefined
            : found(await store.findTheme(tx, caller.tenantId, query.source_theme_id))
        const themeId = body.id ?? needs.random.uuid()
        const theme: Theme = changed(
          { name: themeId, brand: {}, ...source, tenantId: caller.tenantId, themeId, revision: 1 },
          body,
        )
        if (!(await store.insertTheme(tx, theme, needs.clock.now()))) throw new Problem('theme.id_taken')
        await record(tx, needs, caller, theme, 'created')
        return theme
      }),
    )
  })

  mount(updateTheme, async ({ caller, params, body, expected }) => {
    requireTenant(body, caller)
    if (body.id !== undefined && body.id !== params.themeID) {
      throw new Problem('request.invalid', 'The id of a theme does not change.')
    }
    return answer(
      await db.transaction(async (tx) => {
        const theme = changed(await locked(tx, caller, params.themeID, expected), body)
        await store.updateTheme(tx, theme, needs.clock.now())
        await record(tx, needs, caller, theme, 'updated')
        return { ...theme, revision: theme.revision + 1 }
      }),
    )
  })

  mount(deleteTheme, async ({ caller, params, expected }) => {
    await db.transaction(async (tx) => {
      const theme = await locked(tx, caller, params.themeID, expected)
      const { tenantId, themeId } = theme
      const wearers = await selectWorkspacePage(tx, { tenantId, themeId, descending: false, limit: 1 })
      if (wearers.length > 0) throw new Problem('theme.in_use')
      await store.deleteTheme(tx, tenantId, themeId)
      await record(tx, needs, caller, theme, 'deleted')
    })
    return { body: undefined }
  })

  mount(getServerTheme, async ({ caller, params }) => {
    const workspace = await findWorkspace(db.reader, caller.tenantId, params.wid)
    if (!workspace) throw new Problem('workspace.not_found')
    return { body: wornBy(workspace) }
  })

  /** @param themeId undefined: its own brand */
  const wear = (caller: ManagementCaller, workspaceId: string, themeId: string | undefined): Promise<StoredWorkspace> =>
    db.transaction(async (tx) => {
      // Themes before workspaces, as whoever deletes one locks them.
      if (themeId !== undefined) found(await store.lockTheme(tx, caller.tenantId, themeId, 'wear'))
      const before = await lockWorkspace(tx, caller.tenantId, workspaceId)
      if (!before) throw new Problem('workspace.not_found')
      if (before.themeId === themeId) return before
      const { themeId: _, ...bare } = before
      const after = { ...bare, ...(themeId === undefined ? {} : { themeId }) }
      await updateWorkspace(tx, after)
      await recordEvents(tx, needs, caller.facts, [
        {
          tenantId: caller.tenantId,
          workspaceId,
          subject: 'server',
          action: 'updated',
          payload: { id: workspaceId, name: before.name, changed: ['theme_id'], theme_id: themeId ?? '' },
        },
      ])
      return after
    })

  mount(bindServerTheme, async ({ caller, params }) => ({
    body: wornBy(await wear(caller, params.wid, params.themeID)),
  }))
  mount(unbindServerTheme, async ({ caller, params }) => ({ body: wornBy(await wear(caller, params.wid, undefined)) }))
}

function found(theme: Theme | undefined): Theme {
  if (!theme) throw new Problem('theme.not_found')
  return theme
}

async function locked(
  tx: Tx,
  { tenantId }: ManagementCaller,
  themeId: string,
  expected: ExpectedRevisions,
): Promise<Theme> {
  const theme = found(await store.lockTheme(tx, tenantId, themeId, 'change'))
  if (expected !== undefined && !expected.includes(theme.revision)) throw new Problem('request.conflict')
  return theme
}

function requireTenant({ tenant_id: named }: wire.ThemeInput, { tenantId }: ManagementCaller): void {
  if (named !== undefined && named !== tenantId) {
    throw new Problem('request.invalid', 'tenant_id is another tenant than the one of the address.')
  }
}

const changed = (theme: Theme, { name, logo_url: logoUrl, brand }: wire.ThemeInput): Theme => ({
  ...theme,
  ...(name === undefined ? {} : { name }),
  ...(logoUrl === undefined ? {} : { logoUrl }),
  ...(brand === undefined ? {} : { brand: readBrand(brand) }),
})

const wornBy = ({ tenantId, workspaceId, themeId }: StoredWorkspace) => ({
  server_id: workspaceId,
  tenant_id: tenantId,
  ...(themeId === undefined ? {} : { theme_id: themeId }),
})

const words = [
  ['name', 'name'],
  ['colour', 'colour'],
  ['helpEmail', 'help_email'],
  ['helpPhone', 'help_phone'],
  ['helpUrl', 'help_url'],
] as const

const readBrand = (brand: NonNullable<wire.ThemeInput['brand']>): BrandSettings =>
  Object.fromEntries(words.flatMap(([ours, theirs]) => (brand[theirs] === undefined ? [] : [[ours, brand[theirs]]])))

const shownBrand = (brand: BrandSettings): wire.Theme['brand'] =>
  Object.fromEntries(words.flatMap(([ours, theirs]) => (brand[ours] === undefined ? [] : [[theirs, brand[ours]]])))

const shown = (theme: Theme): wire.Theme => ({
  id: theme.themeId,
  name: theme.name,
  tenant_id: theme.tenantId,
  ...(theme.logoUrl === undefined ? {} : { logo_url: theme.logoUrl }),
  brand: shownBrand(theme.brand) ?? {},
})

const record = (
  tx: Tx,
  needs: ThemeRouteNeeds,
  { facts }: ManagementCaller,
  { tenantId, themeId, name }: Theme,
  action: 'created' | 'deleted' | 'updated',
): Promise<void> =>
  recordEvents(tx, needs, facts, [
    // What concerns the whole tenant stands with its API.
    {
      tenantId,
      workspaceId: 'system',
      subject: 'server',
      action: 'updated',
      payload: { id: 'system', theme_id: themeId, theme_name: name, theme: action },
    },
  ])
