import { announceChange, countOldSeals, resealColumn } from '../../platform/db/index.ts'
import type { SealedColumn } from '../../platform/db/index.ts'
import type { Command } from '../../surfaces/command/index.ts'
import { sealedCodes, sealedPasswords, sealedTotpSecrets } from '../credentials/index.ts'
import { sealedArtifacts } from '../grants/index.ts'
import { sealedSecrets, sealedSigningKeys } from '../keys/index.ts'
import { sealedWebhooks } from '../webhooks/index.ts'
import { sealedWorkspaceSecrets } from '../secrets/index.ts'

/** Everything that is kept sealed; a test holds that no column of the database is missing here. */
export const sealedColumns: readonly SealedColumn[] = [
  sealedSecrets,
  sealedSigningKeys,
  sealedWorkspaceSecrets,
  ...sealedPasswords,
  ...sealedCodes,
  ...sealedTotpSecrets,
  ...sealedArtifacts,
  sealedWebhooks,
]

/** Within this time every node seals with the new key: then nothing new is sealed by the old one. */
const nodesMilliseconds = 3000

export const rotateVaultCommand: Command = {
  name: 'vault rotate',
  summary: 'Makes a new vault key and seals everything anew with it, while the servers run.',
  details: `Every value stays readable throughout, and the command may be stopped anywhere and typed again: with --resume it goes on
with the key that is there. The older keys stay in the key file, because older backups need them; --forget removes them
once nothing is sealed by them. Nodes on other machines need the new key file (GATEHOUSE_DATA/vault.keys) before: see
docs/operations/keys.md.`,
  flags: {
    resume: { description: 'Makes no new key: seals anew what an older key has sealed.' },
    forget: { description: 'Removes the older keys from the key file when nothing needs them any more.' },
  },
  async run({ db, vault, pause }, { flags }, say) {
    if (flags['resume'] !== true) {
      await vault.rotate()
      await db.transaction((tx) => announceChange(tx, 'vault'))
      say(`The vault seals with a new key, ${vault.currentKeyId}.`)
      await pause(nodesMilliseconds)
    }
    for (const sealed of sealedColumns) {
      const { done, unreadable } = await resealColumn(db, vault, sealed)
      say(`${sealed.table}.${sealed.column}: ${done} sealed anew${unreadable > 0 ? `, ${unreadable} do not open` : ''}`)
    }
    let left = 0
    for (const sealed of sealedColumns) left += await countOldSeals(db, vault, sealed)
    if (left > 0) {
      say(
        `${left} are sealed by older keys still: a node seals with one, or they do not open. Type it again with --resume.`,
      )
      return 1
    }
    if (flags['forget'] === true) {
      await vault.forgetOldKeys()
      await db.transaction((tx) => announceChange(tx, 'vault'))
      say('The older keys are forgotten.')
    }
    say('Everything is sealed by the current key.')
    return 0
  },
}
