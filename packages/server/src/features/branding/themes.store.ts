import type { Selectable } from 'kysely'
import type { Reader, Tables, Tx } from '../../platform/db/index.ts'
import type { BrandSettings } from '../tenancy/index.ts'

/** A brand with a name of its own, which workspaces can wear. */
export interface Theme {
  readonly tenantId: string
  readonly themeId: string
  readonly name: string
  readonly logoUrl?: string
  readonly brand: BrandSettings
  readonly revision: number
}

/** @returns false when the id is taken */
export async function insertTheme(tx: Tx, theme: Theme, now: Date): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('themes')
    .values({
      tenant_id: theme.tenantId,
      theme_id: theme.themeId,
      name: theme.name,
      logo_url: theme.logoUrl ?? null,
      brand: JSON.stringify(theme.brand),
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}

export async function findTheme(reader: Reader, tenantId: string, themeId: string): Promise<Theme | undefined> {
  const row = await reader
    .selectFrom('themes')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('theme_id', '=', themeId)
    .executeTakeFirst()
  return row && themeOf(row)
}

/** Held until the transaction ends. @param purpose `wear` waits only for `change` */
export async function lockTheme(
  tx: Tx,
  tenantId: string,
  themeId: string,
  purpose: 'change' | 'wear',
): Promise<Theme | undefined> {
  const query = tx.selectFrom('themes').selectAll().where('tenant_id', '=', tenantId).where('theme_id', '=', themeId)
  const row = await (purpose === 'wear' ? query.forKeyShare() : query.forUpdate()).executeTakeFirst()
  return row && themeOf(row)
}

/** Of a theme that is locked. */
export async function updateTheme(tx: Tx, theme: Theme, now: Date): Promise<void> {
  await tx
    .updateTable('themes')
    .set({
      name: theme.name,
      logo_url: theme.logoUrl ?? null,
      brand: JSON.stringify(theme.brand),
      revision: theme.revision + 1,
      updated_at: now,
    })
    .where('tenant_id', '=', theme.tenantId)
    .where('theme_id', '=', theme.themeId)
    .execute()
}

export async function deleteTheme(tx: Tx, tenantId: string, themeId: string): Promise<void> {
  await tx.deleteFrom('themes').where('tenant_id', '=', tenantId).where('theme_id', '=', themeId).execute()
}

export async function selectThemes(reader: Reader, tenantId: string): Promise<Theme[]> {
  const rows = await reader
    .selectFrom('themes')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .orderBy('theme_id')
    .execute()
  return rows.map(themeOf)
}

const themeOf = (row: Selectable<Tables['themes']>): Theme => ({
  tenantId: row.tenant_id,
  themeId: row.theme_id,
  name: row.name,
  ...(row.logo_url === null ? {} : { logoUrl: row.logo_url }),
  brand: row.brand,
  revision: row.revision,
})
