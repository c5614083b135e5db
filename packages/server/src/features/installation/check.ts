import type { Command, CommandHouse } from '../../surfaces/command/index.ts'
import { pendingMigrations } from '../../platform/db/index.ts'
import { listKeyRecords, publicationFault, selectSigningKeys } from '../keys/index.ts'
import { isDemonstration } from '../tenancy/index.ts'
import { productionFaults } from './production.ts'

export const checkCommand: Command = {
  name: 'check',
  takesAnySchema: true,
  summary: 'Looks at the configuration, the database, the vault and the keys, and changes nothing.',
  details:
    'Ends with 0 when a production server would start here as it is, with 1 when not; each line says what is wrong.',
  async run(house, _given, say) {
    const faults = await faultsOf(house, say)
    for (const fault of faults) say(`wrong   ${fault}`)
    say(faults.length === 0 ? 'Nothing is wrong.' : `${faults.length} wrong.`)
    return faults.length === 0 ? 0 : 1
  },
}

async function faultsOf(house: CommandHouse, say: (line: string) => void): Promise<string[]> {
  const { config, db, vault } = house
  say(`right   configuration: ${config.origin} on ${config.host}:${config.port}, ${config.processes} process(es)`)
  const pending = await pendingMigrations(db)
  if (pending.length > 0) {
    const stated = productionFaults(config, false).map(({ line, flag }) => `${line} (--${flag})`)
    return [...stated, `The schema lacks ${pending.join(', ')}: run "gatehouse migrate".`]
  }
  say('right   database: answers, schema up to date')
  const faults = productionFaults(config, await isDemonstration(db.reader)).map(
    ({ line, flag }) => `${line} (--${flag})`,
  )
  const records = await listKeyRecords(db.reader)
  for (const [name, keys] of Map.groupBy(records, (key) => `${key.tenantId}/${key.workspaceId}`)) {
    const [{ tenantId, workspaceId } = { tenantId: '', workspaceId: '' }] = keys
    const published = keys.filter(({ state }) => state !== 'retired')
    const exposed = published.find(({ publicJwk }) => publicationFault(publicJwk) !== undefined)
    if (exposed)
      faults.push(`The public half of ${exposed.kid} of ${name} ${publicationFault(exposed.publicJwk) ?? ''}.`)
    if (!published.some(({ state }) => state === 'active')) faults.push(`No key of ${name} signs.`)
    try {
      await selectSigningKeys(db.reader, vault, tenantId, workspaceId)
      say(`right   keys of ${name}: ${published.map(({ state }) => state).join(', ')}`)
    } catch {
      faults.push(`A key of ${name} does not open with this vault: the vault's files are not those of this database.`)
    }
  }
  return faults
}
