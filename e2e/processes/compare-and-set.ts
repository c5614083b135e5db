export interface OneTimeStore {
  readonly ending: string
  /** The function that spends, from its name to the end of its body. */
  readonly spends: RegExp
}

/** Where codes and tokens are spent: in each store one update that must find its row unspent. */
export const oneTimeStores: readonly OneTimeStore[] = [
  { ending: '/features/grants/artifacts.store.ts', spends: /export async function consumeArtifact\([\s\S]*?\n\}\n/ },
  { ending: '/features/credentials/codes.store.ts', spends: /export async function consumeCode\([\s\S]*?\n\}\n/ },
]

export const condition = /\n\s*\.where\('consumed_at', 'is', null\)/

/** What a server says when the condition was taken out of a store. */
export const changedLine = ({ ending }: OneTimeStore): string => `without compare-and-set: ${ending}`
