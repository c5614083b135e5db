import pg from 'pg'

/** What a prepared statement answers with, in the driver's own terms. It stays so for as long as the statement does. */
interface Columns {
  readonly fields: readonly unknown[]
  readonly parsers: readonly unknown[] | undefined
  readonly emptyRow: unknown
}

/** What one connection has been told of its prepared statements, by their names. */
export interface Described {
  readonly columns: Map<string, Columns>
  /** The connection, which asks for no description. */
  quiet: DriverConnection | undefined
}

export const nothingDescribed = (): Described => ({ columns: new Map(), quiet: undefined })

interface DriverConnection {
  describe(message: unknown): void
}

/** Parts of the driver's query that its types leave out. */
interface DriverQuery {
  name: string
  _result: { fields: readonly unknown[]; _parsers: unknown; _prebuiltEmptyResultObject: unknown }
  _accumulateRows: boolean
}

interface DriverMethods {
  prepare(connection: DriverConnection): void
  handleRowDescription(message: unknown): void
  handleCommandComplete(message: unknown, connection: DriverConnection): void
}

const driver = pg.Query.prototype as unknown as DriverMethods

/**
 * A statement with values under a name. The driver asks for the description of its columns at every execution; this asks a
 * connection once for each name. PostgreSQL refuses a prepared statement whose columns have changed (0A000), so what was
 * described cannot be out of date; another connection may have prepared the same text after a change, so each has its own.
 */
export class PreparedQuery extends pg.Query {
  readonly #described: Described

  constructor(
    { name, text, values }: { readonly name: string; readonly text: string; readonly values: readonly unknown[] },
    described: Described,
    done: (error: Error | undefined, result: pg.QueryResult) => void,
  ) {
    super(text, [...values], done as never)
    this.#described = described
    this.#own.name = name
  }

  get #own(): DriverQuery {
    return this as unknown as DriverQuery
  }

  /** Of the driver, which calls it when the statement is sent. */
  prepare(connection: DriverConnection): void {
    const own = this.#own
    const columns = this.#described.columns.get(own.name)
    if (!columns) {
      driver.prepare.call(this, connection)
      return
    }
    own._result.fields = columns.fields
    own._result._parsers = columns.parsers
    own._result._prebuiltEmptyResultObject = columns.emptyRow
    own._accumulateRows = true
    this.#described.quiet ??= Object.create(connection, { describe: { value: () => {} } }) as DriverConnection
    driver.prepare.call(this, this.#described.quiet)
  }

  handleRowDescription(message: unknown): void {
    driver.handleRowDescription.call(this, message)
    this.#keep()
  }

  /** Without a description before it the statement has no columns. */
  handleCommandComplete(message: unknown, connection: DriverConnection): void {
    driver.handleCommandComplete.call(this, message, connection)
    this.#keep()
  }

  #keep(): void {
    const { name, _result: result } = this.#own
    if (this.#described.columns.has(name)) return
    this.#described.columns.set(name, {
      fields: result.fields,
      parsers: result._parsers as readonly unknown[] | undefined,
      emptyRow: result._prebuiltEmptyResultObject,
    })
  }
}
