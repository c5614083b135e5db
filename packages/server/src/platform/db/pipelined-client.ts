import { createHash } from 'node:crypto'
import pg from 'pg'
import { asOutage } from './outage.ts'
import { nothingDescribed, PreparedQuery } from './prepared-query.ts'

export interface PipelinedConfig extends pg.ClientConfig {
  /** Told before each write of statements to the network. */
  readonly noteWrite?: () => void
}

/** A transaction of this connection, and what went wrong in it first. */
interface Unit {
  failure: Error | undefined
}

/**
 * A connection that prepares each statement once, and writes to the network once for all that is asked of it at a time.
 *
 * `begin`, and plain inserts of a transaction, are answered before they are done: all that can come of them is an error,
 * and that ends the transaction whatever their caller does. The statement after them throws it, `commit` at the latest.
 * An insert that replaces what is there (`on conflict … do update` without a condition) is as plain as one that does not.
 */
export class PipelinedClient extends pg.Client {
  #unit: Unit | undefined
  #isHeld = false
  readonly #described = nothingDescribed()
  readonly #noteWrite: () => void

  constructor(options?: PipelinedConfig) {
    const pipelined = { ...options, pipeline: true }
    super(pipelined)
    this.#noteWrite = options?.noteWrite ?? (() => {})
    // A connection that breaks while somebody has it fails what they ask; the pool listens to idle ones only, and an
    // error event that nobody listens to would end the process.
    this.on('error', () => {})
  }

  /** Kysely asks with a text and its values. Whoever asks in another of the driver's many ways gets the driver itself. */
  override query(...asked: unknown[]): never {
    const [text, values = []] = asked
    const isOurs = typeof text === 'string' && Array.isArray(values) && asked.length <= 2
    return (isOurs ? this.#run(text, values as unknown[]) : this.#ask(...asked)) as never
  }

  #ask(...asked: unknown[]): Promise<pg.QueryResult> {
    // oxlint-disable-next-line typescript/unbound-method -- it is bound here; its nine shapes allow no spread
    return Reflect.apply(super.query, this, asked) as Promise<pg.QueryResult>
  }

  #prepared(name: string | undefined, text: string, values: readonly unknown[]): Promise<pg.QueryResult> {
    if (name === undefined) return this.#ask({ text, values })
    return new Promise((resolve, reject) => {
      const query = new PreparedQuery({ name, text, values }, this.#described, (error, result) => {
        if (error) reject(error)
        else resolve(result)
      })
      super.query(query)
    })
  }

  #run(text: string, values: readonly unknown[]): Promise<pg.QueryResult> {
    this.#hold()
    if (values.length === 0) return this.#control(text)
    const unit = this.#unit
    const { name, rowsOfPlainInsert } = statementOf(text)
    const done = this.#prepared(name, text, values)
    if (unit && rowsOfPlainInsert > 0) {
      done.catch((error: Error) => {
        unit.failure ??= error
      })
      return Promise.resolve(answered('INSERT', rowsOfPlainInsert))
    }
    return this.#answer(done, unit, text, values)
  }

  /** What is asked for before the process looks at the world again leaves in one write: a write costs more than a statement. */
  #hold(): void {
    if (this.#isHeld) return
    this.#isHeld = true
    this.#noteWrite()
    const { stream } = (this as unknown as { readonly connection: { readonly stream: Corkable } }).connection
    stream.cork()
    process.nextTick(() => {
      this.#isHeld = false
      stream.uncork()
    })
  }

  #control(text: string): Promise<pg.QueryResult> {
    const done = this.#ask(text)
    if (text === 'begin') {
      const unit: Unit = { failure: undefined }
      this.#unit = unit
      done.catch((error: Error) => {
        unit.failure ??= error
      })
      return Promise.resolve(answered('BEGIN', 0))
    }
    const unit = this.#unit
    if (text !== 'commit' && text !== 'rollback') return this.#answer(done, unit, text, [])
    this.#unit = undefined
    return text === 'commit'
      ? this.#answer(done, unit, text, [])
      : done.catch((error: unknown) => {
          throw asOutage(error)
        })
  }

  async #answer(
    done: Promise<pg.QueryResult>,
    unit: Unit | undefined,
    text: string,
    values: readonly unknown[],
  ): Promise<pg.QueryResult> {
    try {
      const result = await done
      // The server has answered a commit with a rollback; why, only we know.
      if (text === 'commit' && unit?.failure) throw unit.failure
      return result
    } catch (error) {
      // "Current transaction is aborted" tells less than what aborted it.
      const first = unit?.failure ?? error
      if (!isPlanOutdated(first)) throw asOutage(first)
      statements.clear()
      if (unit) throw first
      return await this.#prepared(statementOf(text).name, text, values)
    }
  }
}

interface Corkable {
  cork(): void
  uncork(): void
}

const answered = (command: string, rowCount: number): pg.QueryResult => ({
  command,
  rowCount,
  rows: [],
  oid: 0,
  fields: [],
})

/**
 * Whether a prepared `select *` met a table that has another shape since. The statement is prepared anew the next time it
 * is asked; a transaction that met it has to be repeated.
 */
export const isPlanOutdated = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  error.code === '0A000' &&
  error.message.includes('cached plan must not change result type')

interface Statement {
  /** Absent: it is planned each time it is asked. */
  readonly name?: string
  /** 0: it is something else, or it may do less than it says. */
  readonly rowsOfPlainInsert: number
}

const statements = new Map<string, Statement>()
/** Each connection keeps the plans of all of them. Lists of values make ever new texts; the later ones get no name. */
const mostStatements = 500
/** Part of the names, so that a statement that is prepared anew has another one. */
let preparedCount = 0

function statementOf(text: string): Statement {
  const present = statements.get(text)
  if (present) return present
  const [, values] = plainInsert.exec(text) ?? []
  const rowsOfPlainInsert = values === undefined ? 0 : values.split('(').length - 1
  if (statements.size >= mostStatements) return { rowsOfPlainInsert }
  // The server looks at 63 bytes of it.
  const name = `${createHash('sha256').update(text).digest('base64url').slice(0, 22)}.${preparedCount++}`
  const made = { name, rowsOfPlainInsert }
  statements.set(text, made)
  return made
}

/** Without an answer, and without a conflict or with all of them replaced, it keeps every row it was given, or fails. */
const plainInsert =
  /^insert into "\w+" \([^()]*\) values ((?:\((?:(?:\$\d+|default)(?:, )?)+\)(?:, )?)+)(?: on conflict \([^()]*\) do update set (?:"\w+" = \$\d+(?:, )?)+)?$/
