import { sql } from 'kysely'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '../../platform/config/index.ts'
import { countOldSeals } from '../../platform/db/index.ts'
import { silentLog } from '../../platform/log/index.ts'
import { systemRandom } from '../../platform/random/index.ts'
import { openFileVault } from '../../platform/vault/index.ts'
import type { Vault } from '../../platform/vault/index.ts'
import type { CommandHouse } from '../../surfaces/command/index.ts'
import { Browser } from '../../testing/browser.ts'
import { openProtocol } from '../../testing/open-protocol.ts'
import type { Protocol } from '../../testing/open-protocol.ts'
import { rotateVaultCommand, sealedColumns } from './rotate-vault.ts'

let protocol: Protocol
let folder: string
/** What the command has: the same files and database, and memory of its own, as a process has. */
let vault: Vault

beforeAll(async () => {
  protocol = await openProtocol()
  folder = protocol.house.dataFolder
  vault = await openFileVault({ folder, secret: undefined })
  for (let number = 0; number < 450; number += 1) {
    const sealed = vault.seal(Buffer.from(`value ${number}`), `secret test.${number}`)
    await protocol.house.db.transaction((tx) =>
      tx
        .insertInto('secrets')
        .values({ secret_name: `test.${number}`, sealed_value: sealed, created_at: protocol.house.clock.now() })
        .execute(),
    )
  }
  await protocol.tokensFor(new Browser(protocol.house.server.app))
})

afterAll(() => protocol.close())

class Killed extends Error {}

/** @param killedAfter how many values may be sealed before the process is gone; absent: it lives */
function house(killedAfter = Infinity): CommandHouse {
  const { db, clock } = protocol.house
  let sealedSoFar = 0
  const mortal: Vault = {
    ...vault,
    get currentKeyId() {
      return vault.currentKeyId
    },
    seal(plain, context) {
      sealedSoFar += 1
      if (sealedSoFar > killedAfter) throw new Killed()
      return vault.seal(plain, context)
    },
  }
  return {
    config: readConfig({}),
    db,
    vault: mortal,
    clock,
    random: systemRandom,
    log: silentLog,
    jobs: () => Promise.reject(new Error('nothing is left for later here')),
    dumpEmbedded: undefined,
    get: async () => ({ status: 404, body: '', cacheControl: '' }),
    pause: async () => {},
  }
}

/** Every sealed value of the database, opened as another node would that has heard nothing. */
async function unreadable(node: Vault): Promise<string[]> {
  const failed: string[] = []
  for (const { table, column, key, also = [], contextOf } of sealedColumns) {
    const { rows } = await sql<Record<string, string | Uint8Array> & { sealed_now: Uint8Array }>`
      select ${sql.join([...key, ...also].map((name) => sql.ref(name)))}, ${sql.ref(column)} as sealed_now
      from ${sql.table(table)} where octet_length(${sql.ref(column)}) > 0`.execute(protocol.house.db.reader)
    for (const row of rows) {
      try {
        node.open(row.sealed_now, contextOf(row))
      } catch {
        failed.push(`${table}.${column}`)
      }
    }
  }
  return failed
}

const oldSeals = async (): Promise<number> => {
  let left = 0
  for (const sealed of sealedColumns) left += await countOldSeals(protocol.house.db, vault, sealed)
  return left
}

const run = (of: CommandHouse, flags: Readonly<Record<string, true>>, lines: string[] = []): Promise<number> =>
  rotateVaultCommand.run(of, { arguments: {}, flags }, (line) => lines.push(line))

describe('a new vault key', () => {
  it('is known to reach every sealed column of the database', async () => {
    const { rows } = await sql<{ place: string }>`
      select table_name || '.' || column_name as place from information_schema.columns
      where table_schema = 'public' and column_name like 'sealed\\_%' order by 1`.execute(protocol.house.db.reader)
    expect(sealedColumns.map(({ table, column }) => `${table}.${column}`).toSorted()).toStrictEqual(
      rows.map(({ place }) => place).toSorted(),
    )
  })

  it('seals everything anew, killed twice on the way, and every value is readable at every node throughout (R03)', async () => {
    const silentNode = await openFileVault({ folder, secret: undefined })
    const first = vault.currentKeyId
    // Dies after the key is made, in the second batch.
    await run(house(250), {}).catch(() => undefined)
    expect(vault.currentKeyId).not.toBe(first)
    const afterFirst = await oldSeals()
    expect(afterFirst).toBeGreaterThan(0)
    expect(await unreadable(silentNode)).toStrictEqual([])
    await run(house(210), { resume: true }).catch(() => undefined)
    const afterSecond = await oldSeals()
    expect(afterSecond).toBeGreaterThan(0)
    expect(afterSecond).toBeLessThan(afterFirst)
    expect(await unreadable(silentNode)).toStrictEqual([])
    // A value that a node seals meanwhile with the key it still has is found too.
    await protocol.tokensFor(new Browser(protocol.house.server.app))

    const lines: string[] = []
    expect(await run(house(), { resume: true, forget: true }, lines)).toBe(0)
    expect(lines.at(-1)).toBe('Everything is sealed by the current key.')
    expect(await oldSeals()).toBe(0)
    expect(await unreadable(silentNode)).toStrictEqual([])
    const later = await openFileVault({ folder, secret: undefined })
    expect(later.currentKeyId).toBe(vault.currentKeyId)
    expect(await unreadable(later)).toStrictEqual([])
    // The node itself goes on: it opens what is there, and takes the key up when it looks.
    await protocol.house.server.refresh()
    await protocol.tokensFor(new Browser(protocol.house.server.app))
    expect(await oldSeals()).toBe(0)
  }, 60_000)

  it('does not end well while something does not open, and leaves it as it is', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'gatehouse-vault-'))
    try {
      const stranger = await openFileVault({ folder: elsewhere, secret: undefined })
      const sealed = stranger.seal(Buffer.from('x'), 'secret strange')
      const { db, clock } = protocol.house
      await db.transaction((tx) =>
        tx
          .insertInto('secrets')
          .values({ secret_name: 'strange', sealed_value: sealed, created_at: clock.now() })
          .execute(),
      )
      const lines: string[] = []
      expect(await run(house(), { forget: true }, lines)).toBe(1)
      expect(lines.join('\n')).toMatch(/1 do not open/)
      const row = await db.reader
        .selectFrom('secrets')
        .select('sealed_value')
        .where('secret_name', '=', 'strange')
        .executeTakeFirstOrThrow()
      expect(Buffer.from(row.sealed_value)).toStrictEqual(sealed)
      await db.transaction((tx) => tx.deleteFrom('secrets').where('secret_name', '=', 'strange').execute())
    } finally {
      await rm(elsewhere, { recursive: true, force: true })
    }
  })
})
