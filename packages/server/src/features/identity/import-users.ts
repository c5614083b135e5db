import { hash } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import type { Tx } from '../../platform/db/index.ts'
import { Problem } from '../../problem/index.ts'
import type { Line } from '../../protocol/lines.ts'
import type { PoolId } from '../pools/index.ts'
import type { UserId } from '../users/index.ts'
import type { Caller } from './identity-backend.ts'
import { lockImport, refreshStatistics, selectImportBatches } from './imports.store.ts'
import type { ImportBatch, Refusal } from './imports.store.ts'
import type { ImportNeeds } from './local-needs.ts'
import { poolOf, workspaceOf } from './read-local.ts'
import { isRefused, readImportLine } from './read-import-line.ts'
import { preparePerson, writeImportBatch, Overtaken } from './write-import-batch.ts'
import type { ImportHome, PreparedLine } from './write-import-batch.ts'

/** Batches begin at multiples of this, so that a file that comes a second time falls into the same ones. */
export const linesPerBatch = 500
/** A person with everything that is kept of them is a tenth of this. */
export const mostImportLineBytes = 64 * 1024
/** Of what is prepared before somebody else has a turn: about a millisecond. */
const preparedAtOnce = 20
/** Times that a batch is begun again because somebody took a name of it meanwhile. */
const mostOvertaken = 5
const digestBytes = 8

export interface ImportInput {
  /** Names the file: a line of it is done once, however often it comes. */
  readonly key: string
  /** How many lines of the file come before the first of `lines`. */
  readonly offset: number
  readonly lines: AsyncIterable<readonly Line[]>
}

/** What became of one line. */
export interface Verdict {
  /** The number of the line in the file, from 0. */
  readonly line: number
  readonly userId: UserId | undefined
  readonly refusal: Refusal | undefined
  /** An earlier call with the same key has done it. */
  readonly isDoneBefore: boolean
}

/**
 * Takes in the people of a file, in batches of one transaction each, and says of each line what became of it. Never reads
 * more than two batches ahead of whoever takes the verdicts.
 *
 * A batch and the record of it stand or fall together: after a crash the same file, from the beginning or from any line of
 * it, goes on where it ended, and what was done is told again. People are made as `createUser` makes them, with hashed
 * passwords only; a batch has one event.
 *
 * @throws Problem `pool.not_found`, `caller.forbidden`; `request.invalid` when a line that was done now holds something else
 */
export async function* importUsers(
  needs: ImportNeeds,
  caller: Caller,
  id: PoolId,
  input: ImportInput,
): AsyncGenerator<readonly Verdict[]> {
  const pool = await poolOf(needs.reader, caller, id)
  const workspace = await workspaceOf(needs.reader, pool)
  const home: ImportHome = { needs, caller, workspace, name: { pool, key: input.key }, isCareful: false }
  let written: Promise<readonly Verdict[]> | undefined
  let batches = 0
  for await (const { firstLine, lines } of batchesOf(input)) {
    // while the database is at the batch before
    const prepared = await prepareLines(home, lines)
    if (written) yield await written
    // After the first, the fourth, the sixteenth … of a request; the database does it by itself, but minutes later.
    if (isPowerOfFour(batches)) await needs.transact(refreshStatistics)
    batches += 1
    written = writeLines(home, firstLine, prepared)
    // Somebody waits for it above; until then a failure of it is nobody's.
    written.catch(() => {})
  }
  if (written) yield await written
}

const isPowerOfFour = (count: number): boolean => count > 0 && Number.isInteger(Math.log2(count) / 2)

async function* batchesOf({ offset, lines }: ImportInput): AsyncGenerator<{ firstLine: number; lines: Line[] }> {
  let firstLine = offset
  let waiting: Line[] = []
  for await (const some of lines) {
    for (const line of some) {
      waiting.push(line)
      if ((firstLine + waiting.length) % linesPerBatch > 0) continue
      yield { firstLine, lines: waiting }
      firstLine += waiting.length
      waiting = []
    }
  }
  if (waiting.length > 0) yield { firstLine, lines: waiting }
}

async function prepareLines(home: ImportHome, lines: readonly Line[]): Promise<PreparedLine[]> {
  const prepared: PreparedLine[] = []
  for (const line of lines) {
    if (prepared.length % preparedAtOnce === preparedAtOnce - 1) await turn()
    const digest = hash('sha256', line ?? '', 'buffer').subarray(0, digestBytes)
    const read = readImportLine(line)
    prepared.push(isRefused(read) ? { digest, refusal: read } : { digest, person: preparePerson(home, read) })
  }
  return prepared
}

async function writeLines(
  home: ImportHome,
  firstLine: number,
  prepared: readonly PreparedLine[],
): Promise<readonly Verdict[]> {
  for (let times = 0; times < mostOvertaken; times += 1) {
    try {
      return await home.needs.transact((tx) => writeOnce(tx, home, firstLine, prepared))
    } catch (thrown) {
      if (!(thrown instanceof Overtaken) && !isDeadlock(thrown)) throw thrown
      // From here on we look before we write: where one name of a kind is taken, more are.
      home.isCareful = true
    }
  }
  throw new Problem('server.busy', undefined, { retryAfterSeconds: 1 })
}

/** Somebody who makes one of these people at the same moment takes the same rows in another order. */
const isDeadlock = (thrown: unknown): boolean => thrown instanceof Error && 'code' in thrown && thrown.code === '40P01'

async function writeOnce(
  tx: Tx,
  home: ImportHome,
  firstLine: number,
  prepared: readonly PreparedLine[],
): Promise<readonly Verdict[]> {
  const { name, needs } = home
  const now = needs.clock.now()
  const from = firstLine - (firstLine % linesPerBatch)
  const [, done] = await Promise.all([
    lockImport(tx, name, now),
    selectImportBatches(tx, name, { from, before: from + linesPerBatch }),
  ])
  const verdicts: Verdict[] = []
  let at = 0
  while (at < prepared.length) {
    const batch = batchAt(done, firstLine + at)
    if (batch) {
      verdicts.push(verdictOf(batch, firstLine + at, prepared[at]))
      at += 1
      continue
    }
    const next = done.find((one) => one.firstLine > firstLine + at)
    const end = next ? Math.min(prepared.length, next.firstLine - firstLine) : prepared.length
    const made = await writeImportBatch(tx, home, firstLine + at, prepared.slice(at, end), now)
    for (; at < end; at += 1) verdicts.push(verdictIn(made, firstLine + at, false))
  }
  return verdicts
}

const batchAt = (batches: readonly ImportBatch[], line: number): ImportBatch | undefined =>
  batches.find((batch) => line >= batch.firstLine && line < batch.firstLine + batch.userIds.length)

function verdictOf(batch: ImportBatch, line: number, prepared: PreparedLine | undefined): Verdict {
  const at = (line - batch.firstLine) * digestBytes
  if (!prepared || !batch.digests.subarray(at, at + digestBytes).equals(prepared.digest)) {
    throw new Problem(
      'request.invalid',
      `Line ${line + 1} was done under this Idempotency-Key and held something else. Another file needs another key.`,
    )
  }
  return verdictIn(batch, line, true)
}

function verdictIn(batch: ImportBatch, line: number, isDoneBefore: boolean): Verdict {
  const at = line - batch.firstLine
  return { line, userId: batch.userIds[at], refusal: batch.refusals[at], isDoneBefore }
}
