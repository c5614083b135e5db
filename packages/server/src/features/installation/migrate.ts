import { migrate, pendingMigrations } from '../../platform/db/index.ts'
import type { Command } from '../../surfaces/command/index.ts'

export const migrateCommand: Command = {
  name: 'migrate',
  takesAnySchema: true,
  summary: 'Brings the schema of the database up to date. The release before goes on working.',
  details: `A server does this at its start; as a step of its own it shows what is done before the first new process starts. Several
may run at once: one migrates, the others wait. Killed in the middle, the next run goes on.`,
  flags: { 'dry-run': { description: 'Only says what would be done.' } },
  async run({ db }, { flags }, say) {
    const pending = await pendingMigrations(db)
    for (const name of pending) say(`${flags['dry-run'] === true ? 'would apply' : 'applies'} ${name}`)
    if (flags['dry-run'] !== true) await migrate(db)
    if (pending.length === 0) say('The schema is up to date.')
    return 0
  },
}
