import type { Clock } from '../../platform/clock/index.ts'
import type { Db, SealedColumn, Tx } from '../../platform/db/index.ts'
import type { Random } from '../../platform/random/index.ts'
import type { Vault } from '../../platform/vault/index.ts'

/** Where named secrets are sealed. */
export const sealedSecrets: SealedColumn = {
  table: 'secrets',
  column: 'sealed_value',
  key: ['secret_name'],
  contextOf: (row) => `secret ${String(row['secret_name'])}`,
}

/**
 * A secret of the installation (32 random bytes), made the first time it is asked for and kept sealed. Nodes of one
 * database share it.
 */
export async function namedSecret(
  {
    db,
    vault,
    clock,
    random,
  }: { readonly db: Db; readonly vault: Vault; readonly clock: Clock; readonly random: Random },
  name: string,
): Promise<Buffer> {
  const find = async (): Promise<Buffer | undefined> => {
    const row = await db.reader
      .selectFrom('secrets')
      .select('sealed_value')
      .where('secret_name', '=', name)
      .executeTakeFirst()
    return row && vault.open(row.sealed_value, `secret ${name}`)
  }
  const present = await find()
  if (present) return present
  const sealed = vault.seal(random.bytes(32), `secret ${name}`)
  await db.transaction((tx) =>
    tx
      .insertInto('secrets')
      .values({ secret_name: name, sealed_value: sealed, created_at: clock.now() })
      .onConflict((conflict) => conflict.doNothing())
      .execute(),
  )
  const kept = await find()
  if (!kept) throw new Error(`the secret ${name} was not kept`)
  return kept
}

/** Nothing is under it any more. */
export async function forgetSecret(tx: Tx, name: string): Promise<void> {
  await tx.deleteFrom('secrets').where('secret_name', '=', name).execute()
}
