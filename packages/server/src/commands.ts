import { secretCommands } from './features/clients/index.ts'
import { indexCommands } from './features/directory/index.ts'
import { userCommands } from './features/identity/index.ts'
import {
  backupCommand,
  checkCommand,
  fenceCommand,
  migrateCommand,
  rotateVaultCommand,
} from './features/installation/index.ts'
import { keyCommands } from './features/keys/index.ts'
import { sessionCommands } from './features/sessions/index.ts'
import { readCommand } from './surfaces/command/index.ts'
import type { Command, CommandHouse, Say } from './surfaces/command/index.ts'

/** Every command that works on an opened installation. */
export const commands: readonly Command[] = [
  migrateCommand,
  checkCommand,
  ...keyCommands,
  ...indexCommands,
  ...sessionCommands,
  ...userCommands,
  ...secretCommands,
  rotateVaultCommand,
  backupCommand,
  fenceCommand,
]

/** Runs what another process was asked for and sent here, because this one has the database. */
export async function performSent(house: CommandHouse, typed: readonly string[], say: Say): Promise<number> {
  const reading = readCommand(commands, typed)
  if (reading.kind !== 'command') {
    say('The running server does not know this command: it is of another release.')
    return 2
  }
  try {
    return await reading.command.run(house, reading.given, say)
  } catch (error) {
    house.log.error('command failed', error, { command: reading.command.name })
    say(`Failed: ${error instanceof Error ? error.message : 'for a reason that the server has logged'}`)
    return 1
  }
}
