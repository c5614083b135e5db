import pg from 'pg'

export interface DatabaseClock {
  /** Seconds since 1970, as the nodes are told them. */
  nowSeconds(): Promise<number>
  /** Sets the clock that the nodes ask: lifetimes end without being waited for. */
  move(seconds: number): Promise<void>
}

/**
 * Puts a function of ours in the way of `clock_timestamp()` in a whole database: the real time, and what it was moved by.
 * To be made before a node connects.
 */
export async function movableDatabaseClock(client: pg.Client): Promise<DatabaseClock> {
  await client.query(`
    create table moved_clock (seconds int not null);
    insert into moved_clock values (0);
    create function public.clock_timestamp() returns timestamptz language sql volatile as
      'select pg_catalog.clock_timestamp() + make_interval(secs => (select seconds from public.moved_clock))'`)
  const { rows } = await client.query<{ name: string }>('select current_database() as name')
  await client.query(`alter database ${pg.escapeIdentifier(rows[0]?.name ?? '')} set search_path = public, pg_catalog`)
  return {
    async nowSeconds() {
      const { rows: times } = await client.query<{ now: number }>(
        'select extract(epoch from public.clock_timestamp())::float8 as now',
      )
      return times[0]?.now ?? Number.NaN
    },
    async move(seconds) {
      await client.query('update moved_clock set seconds = seconds + $1', [seconds])
    },
  }
}
