import type { Clock } from '../../platform/clock/index.ts'
import type { Db } from '../../platform/db/index.ts'
import type { Random } from '../../platform/random/index.ts'
import type { Vault } from '../../platform/vault/index.ts'
import { namedSecret } from '../keys/index.ts'
import { selectIndexKeys } from './index-keys.store.ts'
import { nameKeys } from './name-key.ts'
import type { IndexSecret, NameKeys } from './name-key.ts'

interface Needs {
  readonly db: Db
  readonly vault: Vault
  readonly clock: Clock
  readonly random: Random
}

export interface OpenIndexKeys {
  readonly keys: NameKeys
  /** Takes up what a rotation has changed. */
  reload(): Promise<void>
}

export async function openIndexKeys(needs: Needs): Promise<OpenIndexKeys> {
  const first = await namedSecret(needs, 'directory.index-key')
  let secrets: readonly IndexSecret[] = []
  const reload = async (): Promise<void> => {
    const read: IndexSecret[] = []
    for (const { generation, secretName } of await selectIndexKeys(needs.db.reader)) {
      read.push({ generation, key: await namedSecret(needs, secretName) })
    }
    secrets = read
  }
  await reload()
  return { keys: nameKeys(first, () => secrets), reload }
}
