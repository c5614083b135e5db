import type { Random } from '../../platform/random/index.ts'

/** Who acts when somebody types a command. Stands in the audit as the client; no client of the database has a colon in its id. */
export const operatorId = 'gatehouse:operator'

/** What every event of one command says of where it came from. */
export const operatorFacts = (random: Random, { name }: { readonly name: string }) => ({
  requestId: random.uuid(),
  ipAddress: '',
  userAgent: `gatehouse ${name}`,
  clientId: operatorId,
})
