import { existsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { StartError } from '../../platform/config/index.ts'
import { operatorFacts } from '../../surfaces/command/index.ts'
import type { Command, CommandHouse, Say } from '../../surfaces/command/index.ts'
import { recordEvents } from '../audit/index.ts'
import { consumeEveryCode } from '../credentials/index.ts'
import { deleteEveryArtifact } from '../grants/index.ts'
import { keyTimes, listKeyRecords, removeSigningKey } from '../keys/index.ts'
import { endEverySession } from '../sessions/index.ts'
import { deleteExpiredFlows } from '../sign-in/index.ts'
import { selectWorkspaces } from '../tenancy/index.ts'

/** Later than any flow expires. */
const endOfDates = new Date('9999-12-31T00:00:00Z')

const markOf = (dataFolder: string): string => join(dataFolder, 'must-be-fenced')

/** Says of a data folder that its database comes from a backup, until it is fenced; a restore may be killed on its way. */
export const markRestored = (dataFolder: string): Promise<void> => writeFile(markOf(dataFolder), '', { mode: 0o600 })

/** @throws StartError when the folder was restored and not fenced */
export function assertFenced(dataFolder: string): void {
  if (!existsSync(markOf(dataFolder))) return
  throw new StartError(
    'The database comes from a backup whose sessions and codes are not void yet: type "gatehouse fence" first.',
  )
}

/**
 * Makes void what a restored database may believe to be unused or open and what was used or ended after the backup: codes,
 * refresh tokens, sessions, sign-ins under way; and, by taking every signing key out, all tokens that are on their way.
 * People sign in again; passwords, users and settings stay. Each workspace's audit says so. Doing it twice harms nobody.
 */
export async function fence(house: CommandHouse, say: Say): Promise<void> {
  const { db, clock } = house
  const now = clock.now()
  const done = await db.transaction(async (tx) => {
    const artifacts = await deleteEveryArtifact(tx)
    const sessions = await endEverySession(tx, 'restored', now)
    const codes = await consumeEveryCode(tx, now)
    await deleteExpiredFlows(tx, endOfDates)
    const facts = operatorFacts(house.random, fenceCommand)
    const workspaces = await selectWorkspaces(tx)
    await recordEvents(
      tx,
      house,
      facts,
      workspaces.map(({ tenantId, workspaceId }) => ({
        tenantId,
        workspaceId,
        subject: 'server',
        action: 'updated',
        reason: 'installation.fenced',
      })),
    )
    return { artifacts, sessions, codes }
  })
  say(
    `${done.sessions} sessions are ended, ${done.artifacts} codes and tokens and ${done.codes} codes by mail are void.`,
  )
  const times = keyTimes(house.config)
  // The next keys too: with their help rotation would give a key to somebody who has the backup.
  for (const key of await listKeyRecords(db.reader)) {
    if (key.state !== 'retired') await removeSigningKey(house, times, key, key.kid, 'fence')
  }
  await rm(markOf(house.config.dataFolder), { force: true })
  say('Every signing key is replaced: tokens from before are refused.')
}

export const fenceCommand: Command = {
  name: 'fence',
  summary: 'After a restore: makes void every session, code and token from before. People sign in again.',
  details: `A database from a backup does not know which codes were used and which sessions were ended after it was taken. Type it
before the first server starts on a restored PostgreSQL; "gatehouse restore" does it by itself.`,
  async run(house, _given, say) {
    await fence(house, say)
    return 0
  },
}
