import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { shardIds, type ShardId } from './billers.ts'
import { insertRows } from './rows.ts'
import { indexesAndTriggers, tables } from './schemas.ts'

/** Raised whenever tables or people change. It is the mark of completion too: nothing writes it before all rows are in. */
const seedVersion = 1

export interface SeededShard {
  readonly id: ShardId
  /** Absolute path of the database. */
  readonly file: string
  /** False if a complete file was there and has been left as it was, with all that others have written to it. */
  readonly wasMade: boolean
}

/** The absolute path of a shard's database in a folder. */
export function shardFile(folder: string, shard: ShardId): string {
  return join(resolve(folder), `${shard}.sqlite`)
}

/**
 * Sees to it that the folder holds the three legacy databases, complete; makes the folder as well.
 *
 * A file takes its final name only when it is whole and on the disk. What an interrupted run left behind is removed,
 * and a file that is damaged, unmarked or of another seed version is made anew. Only one process may seed a folder at a
 * time; others may have the complete files open. New files are in WAL mode, so readers do not wait for a writer.
 */
export function seedShards(folder: string): readonly SeededShard[] {
  mkdirSync(folder, { recursive: true })
  return shardIds.map((id) => {
    const file = shardFile(folder, id)
    removeDatabase(partOf(file))
    if (isComplete(file)) return { id, file, wasMade: false }
    makeShard(id, file)
    return { id, file, wasMade: true }
  })
}

function makeShard(id: ShardId, file: string): void {
  const part = partOf(file)
  const db = new DatabaseSync(part)
  try {
    // No journal and no waiting for the disk: until the rename nobody can see the file, and before it comes one fsync.
    db.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN')
    db.exec(tables[id])
    insertRows(db, id)
    db.exec(indexesAndTriggers[id])
    db.exec(`PRAGMA user_version = ${seedVersion}; COMMIT; PRAGMA journal_mode = WAL`)
  } finally {
    db.close()
  }
  sync(part)
  // A log that outlived its database would be replayed into the new one.
  removeDatabase(file)
  renameSync(part, file)
  syncFolder(resolve(file, '..'))
}

/** Marked, of this version, and every page in its place: a file cut short keeps the mark, which is on its first page. */
function isComplete(file: string): boolean {
  if (!existsSync(file)) return false
  let db: DatabaseSync | undefined
  try {
    db = new DatabaseSync(file, { timeout: 5000 })
    const version = db.prepare('PRAGMA user_version').get()?.['user_version']
    return version === seedVersion && db.prepare('PRAGMA quick_check(1)').get()?.['quick_check'] === 'ok'
  } catch (error) {
    if (isDamage(error)) return false
    throw error
  } finally {
    db?.close()
  }
}

/** SQLITE_CORRUPT and SQLITE_NOTADB. A file that is busy or may not be read is no reason to delete it. */
function isDamage(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && (error.errcode === 11 || error.errcode === 26)
}

function partOf(file: string): string {
  return `${file}.part`
}

function removeDatabase(file: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(file + suffix, { force: true })
}

function sync(path: string): void {
  const descriptor = openSync(path, 'r+')
  fsyncSync(descriptor)
  closeSync(descriptor)
}

function syncFolder(path: string): void {
  if (process.platform === 'win32') return // which cannot open a folder
  const descriptor = openSync(path, 'r')
  fsyncSync(descriptor)
  closeSync(descriptor)
}
