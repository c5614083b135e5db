import type { Config } from '../../platform/config/index.ts'

/** What a production start refuses unless it is allowed by its own name. */
export interface ProductionFault {
  /** The flag that allows it. */
  readonly flag: string
  readonly line: string
}

/** What people write where a secret should stand, and what no generator makes. */
const placeholder = /change.?me|example|secret|password|gatehouse|12345|default/i
const fewestCharacters = 8

/**
 * What of this configuration is right for a demonstration and wrong for production.
 *
 * @param isDemonstration whether the database holds a tenant that was made to be shown
 */
export function productionFaults(
  config: Pick<Config, 'databaseUrl' | 'isSecure' | 'vaultSecret'>,
  isDemonstration: boolean,
): readonly ProductionFault[] {
  const faults: ProductionFault[] = []
  if (config.databaseUrl === undefined) {
    faults.push({
      flag: 'allow-embedded-database',
      line: 'DATABASE_URL is not set: the embedded database is for one process on one machine.',
    })
  }
  if (!config.isSecure) {
    faults.push({
      flag: 'allow-http',
      line: 'GATEHOUSE_URL is http: passwords and cookies would travel in the clear.',
    })
  }
  if (config.vaultSecret === undefined) {
    faults.push({
      flag: 'allow-generated-vault-secret',
      line: 'GATEHOUSE_VAULT_SECRET is not set: the secret would lie beside the keys that it protects.',
    })
  } else if (placeholder.test(config.vaultSecret) || new Set(config.vaultSecret).size < fewestCharacters) {
    faults.push({
      flag: 'allow-weak-vault-secret',
      line: 'GATEHOUSE_VAULT_SECRET looks like a placeholder: make one with "openssl rand -base64 32".',
    })
  }
  if (isDemonstration) {
    faults.push({
      flag: 'allow-demo-data',
      line: 'The database holds the demo: its secrets and passwords lie in files of the demo.',
    })
  }
  return faults
}

/** Each fault's flag and what allowing it means, for the help. */
export const allowances = {
  'allow-embedded-database': { description: 'Uses the embedded database: one process, one machine.' },
  'allow-http': { description: 'Serves an issuer without TLS, as behind nothing but a test.' },
  'allow-generated-vault-secret': { description: 'Keeps the secret of the vault beside its key file.' },
  'allow-weak-vault-secret': { description: 'Takes a vault secret that looks like a placeholder.' },
  'allow-demo-data': { description: 'Serves a database that holds the demo.' },
} as const
