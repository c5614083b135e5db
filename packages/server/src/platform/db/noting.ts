import { PostgresQueryCompiler } from 'kysely'
import type { Dialect, QueryCompiler } from 'kysely'

/** The same dialect, whose every statement is told before it is sent. `begin` and `commit` are not statements here. */
export function noting(dialect: Dialect, note: (sql: string) => void): Dialect {
  class NotingCompiler extends PostgresQueryCompiler {
    override compileQuery(
      ...asked: Parameters<QueryCompiler['compileQuery']>
    ): ReturnType<QueryCompiler['compileQuery']> {
      const compiled = super.compileQuery(...asked)
      note(compiled.sql)
      return compiled
    }
  }
  return {
    createAdapter: () => dialect.createAdapter(),
    createDriver: () => dialect.createDriver(),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => new NotingCompiler(),
  }
}
