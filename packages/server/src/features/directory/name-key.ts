import { createHmac } from 'node:crypto'
import type { Workspace } from '../tenancy/index.ts'

/**
 * A username as the index holds it: HMAC-SHA-256 under a key of its own. A copied index names nobody, and whoever has not
 * the key cannot test a guess. The workspace is part of it: the same name in two workspaces gives two keys.
 */
export type NameKey = Buffer

export interface NameKeys {
  /** @param canonical as `canonicalUsername` writes it */
  ofName(workspace: Pick<Workspace, 'tenantId' | 'workspaceId'>, canonical: string): NameKey
}

/** @param key 32 bytes, kept sealed under the name `directory.index-key` */
export function nameKeys(key: Buffer): NameKeys {
  return {
    ofName: ({ tenantId, workspaceId }, canonical) =>
      createHmac('sha256', key).update(`name\0${tenantId}\0${workspaceId}\0${canonical}`).digest(),
  }
}
