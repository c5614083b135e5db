import { ensureSigningKeys } from './ensure-signing-key.ts'
import type { KeyNeeds } from './rotate-keys.ts'
import type { SigningKey } from './signing-keys.store.ts'

/** The keys of each workspace as this node holds them. */
export interface Keyring {
  /** Every key that is published, the one that signs first. */
  keysOf(tenantId: string, workspaceId: string): Promise<readonly SigningKey[]>
  /** Reads them anew when they are next asked for. */
  forget(): void
}

export function createKeyring(needs: Pick<KeyNeeds, 'db' | 'vault' | 'clock'>): Keyring {
  const held = new Map<string, Promise<readonly SigningKey[]>>()
  return {
    keysOf(tenantId, workspaceId) {
      const name = `${tenantId}/${workspaceId}`
      const present = held.get(name)
      if (present) return present
      const asked = ensureSigningKeys(needs, tenantId, workspaceId)
      held.set(name, asked)
      asked.catch(() => {
        if (held.get(name) === asked) held.delete(name)
      })
      return asked
    },
    forget: () => held.clear(),
  }
}
