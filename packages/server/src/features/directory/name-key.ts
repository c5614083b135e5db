import { createHmac, createSecretKey } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import type { Workspace } from '../tenancy/index.ts'

/**
 * A username under a key: HMAC-SHA-256. A copied index names nobody, and whoever has not the key cannot test a guess. The
 * workspace is part of it: the same name in two workspaces gives two keys.
 */
export type NameKey = Buffer

/** A key of the index itself; while it is replaced there are two. */
export interface IndexSecret {
  readonly generation: number
  readonly key: Buffer
}

/** A name as the index holds it under one of its keys. */
export interface IndexedName {
  readonly generation: number
  readonly key: NameKey
}

export interface NameKeys {
  /**
   * What counters and codes know a name by: the same for ever, whatever becomes of the index's keys.
   *
   * @param canonical as `canonicalUsername` writes it
   */
  ofName(workspace: Pick<Workspace, 'tenantId' | 'workspaceId'>, canonical: string): NameKey
  /** Where the index holds a name: under the current key, and under the former one while there is one. */
  inIndex(workspace: Pick<Workspace, 'tenantId' | 'workspaceId'>, canonical: string): readonly IndexedName[]
  /** The generations that `inIndex` gives, the current one first. */
  readonly generations: readonly number[]
}

/**
 * @param key 32 bytes, kept sealed under the name `directory.index-key`
 * @param secrets the keys of the index as they are now, the current one first; absent: `key`, which was the first of them
 */
export function nameKeys(
  key: Buffer,
  secrets: () => readonly IndexSecret[] = () => [{ generation: 1, key }],
): NameKeys {
  return {
    ofName: (workspace, canonical) => under(key, workspace, canonical),
    inIndex: (workspace, canonical) =>
      secrets().map((secret) => ({
        generation: secret.generation,
        key: under(secret.key, workspace, canonical),
      })),
    get generations() {
      return secrets().map(({ generation }) => generation)
    },
  }
}

const keyObjects = new WeakMap<Buffer, KeyObject>()

/** Made once for each key: making it is a third of what a name costs. */
function keyObjectOf(key: Buffer): KeyObject {
  const made = keyObjects.get(key) ?? createSecretKey(key)
  keyObjects.set(key, made)
  return made
}

const under = (
  key: Buffer,
  { tenantId, workspaceId }: Pick<Workspace, 'tenantId' | 'workspaceId'>,
  canonical: string,
): NameKey => createHmac('sha256', keyObjectOf(key)).update(`name\0${tenantId}\0${workspaceId}\0${canonical}`).digest()
