import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  watch,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { people } from './people.ts'
import { seedShards, shardFile } from './shards.ts'

const root = mkdtempSync(join(tmpdir(), 'gatehouse-shards-'))
const folder = join(root, 'whole')
const files = ['shard-a.sqlite', 'shard-b.sqlite', 'shard-c.sqlite']
const shardC = shardFile(folder, 'shard-c')

beforeAll(() => void seedShards(folder))
afterAll(() => rmSync(root, { recursive: true }))

function rowsOf(file: string, table: string): number {
  const db = new DatabaseSync(file)
  try {
    expect(db.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' })
    return Number(db.prepare(`SELECT count(*) AS rows FROM ${table}`).get()?.['rows'])
  } finally {
    db.close()
  }
}

function expectWhole(inFolder: string): void {
  expect(readdirSync(inFolder).toSorted()).toEqual(files)
  const tables = { 'shard-a': 'AspNetUsers', 'shard-b': 'aspnet_Membership', 'shard-c': 'biller_login' } as const
  for (const shard of ['shard-a', 'shard-b', 'shard-c'] as const) {
    const expected = people().filter((person) => person.biller.shard === shard).length
    expect(rowsOf(shardFile(inFolder, shard), tables[shard])).toBe(expected)
  }
}

describe('seeding the shards', () => {
  it('makes three sound databases with every user, and leaves nothing else in the folder', () => {
    expectWhole(folder)
  })

  it('makes the same bytes again in another folder', () => {
    const other = join(root, 'other')
    expect(seedShards(other).map((shard) => shard.wasMade)).toEqual([true, true, true])
    for (const file of files)
      expect(readFileSync(join(other, file)).equals(readFileSync(join(folder, file))), file).toBe(true)
  })

  it('keeps complete files as they are, with what others wrote into them', () => {
    const db = new DatabaseSync(shardC)
    db.exec("UPDATE biller_login SET full_name = 'Written by the legacy application' WHERE login = 'abe.tolliver'")
    db.close()
    const before = files.map((file) => ({
      bytes: readFileSync(join(folder, file)),
      inode: statSync(join(folder, file)).ino,
    }))
    expect(seedShards(folder).map((shard) => shard.wasMade)).toEqual([false, false, false])
    for (const [at, file] of files.entries()) {
      expect(readFileSync(join(folder, file)).equals(before[at]!.bytes)).toBe(true)
      expect(statSync(join(folder, file)).ino).toBe(before[at]!.inode)
    }
  })

  it('keeps a file that another connection has open, with changes that are still in its log', () => {
    const open = new DatabaseSync(shardC)
    open.exec("UPDATE biller_login SET full_name = 'Still in the log' WHERE login = 'abe.tolliver'")
    expect(seedShards(folder).map((shard) => shard.wasMade)).toEqual([false, false, false])
    expect(open.prepare("SELECT full_name FROM biller_login WHERE login = 'abe.tolliver'").get()).toEqual({
      full_name: 'Still in the log',
    })
    open.close()
  })
})

describe('seeding after an interrupted run', () => {
  const size = (): number => statSync(shardC).size

  it.each([
    { what: 'an empty file', damage: () => truncateSync(shardC, 0) },
    { what: 'a file cut off within its first page', damage: () => truncateSync(shardC, 1000) },
    { what: 'a file cut off after its first page', damage: () => truncateSync(shardC, 4096) },
    { what: 'a file cut off half-way', damage: () => truncateSync(shardC, Math.floor(size() / 8192) * 4096) },
    { what: 'a file without its last page', damage: () => truncateSync(shardC, size() - 4096) },
    { what: 'a file with a page that never reached the disk', damage: () => zeroPage(60) },
    { what: 'a file that is no database', damage: () => writeFileSync(shardC, 'half a download '.repeat(1000)) },
    { what: 'a database without the mark of completion', damage: () => unmark() },
    { what: 'no file', damage: () => rmSync(shardC) },
  ])('makes $what anew and touches no other file', ({ damage }) => {
    damage()
    expect(seedShards(folder).map((shard) => shard.wasMade)).toEqual([false, false, true])
    expectWhole(folder)
  })

  function zeroPage(page: number): void {
    const bytes = readFileSync(shardC)
    writeFileSync(shardC, bytes.fill(0, page * 4096, (page + 1) * 4096))
  }

  function unmark(): void {
    const db = new DatabaseSync(shardC)
    db.exec('PRAGMA user_version = 0')
    db.close()
  }

  it('removes temporary files that were left behind, and does not replay a log that outlived its database', () => {
    writeFileSync(`${shardC}.part`, readFileSync(shardC).subarray(0, 100_000))
    writeFileSync(`${shardC}.part-journal`, 'left behind')
    rmSync(shardC)
    writeFileSync(`${shardC}-wal`, 'left behind')
    seedShards(folder)
    expectWhole(folder)
  })

  it('recovers wherever the process was killed', async () => {
    const killed = join(root, 'killed')
    mkdirSync(killed)
    const watching = watch(killed)
    const seeder = spawn(process.execPath, ['--input-type=module', '-e', seedScript], {
      env: { ...process.env, FOLDER: killed },
    })
    await once(watching, 'change')
    const exit = once(seeder, 'exit')
    seeder.kill('SIGKILL')
    await exit
    watching.close()
    expect(readdirSync(killed)).not.toEqual(files)
    seedShards(killed)
    expectWhole(killed)
  })

  const seedScript = `const { seedShards } = await import(${JSON.stringify(new URL('shards.ts', import.meta.url).href)}); seedShards(process.env.FOLDER)`
})
