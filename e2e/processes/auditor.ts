/** One question to the database, whichever it is. */
export type Ask = (sql: string, values?: readonly unknown[]) => Promise<readonly Readonly<Record<string, unknown>>[]>

export interface Findings {
  /** Users by id, with how many of each thing they have. */
  readonly users: ReadonlyMap<string, Parts>
  /** Rows that belong to no user. */
  readonly orphans: Readonly<Record<string, number>>
  /** Token requests that the audit knows as answered with tokens. */
  readonly issued: number
  /** Sign-ins that the audit knows as completed. */
  readonly accepted: number
}

/** What every user of these tests has exactly once. */
export interface Parts {
  readonly username: string
  readonly identifiers: number
  readonly names: number
  readonly homes: number
  readonly passwords: number
  readonly created: number
  readonly credentialCreated: number
}

const parts = `
  select u.user_id::text as id,
    (select min(canonical) from identifiers i where i.user_id = u.user_id) as username,
    (select count(*)::int from identifiers i where i.user_id = u.user_id) as identifiers,
    (select count(*)::int from directory_names n where n.user_id = u.user_id) as names,
    (select count(*)::int from directory_people p where p.user_id = u.user_id) as homes,
    (select count(*)::int from passwords p where p.user_id = u.user_id) as passwords,
    (select count(*)::int from audit_events e
      where e.affected_user_id = u.user_id and e.subject = 'user' and e.action = 'created') as created,
    (select count(*)::int from audit_events e
      where e.affected_user_id = u.user_id and e.subject = 'credential' and e.action = 'created') as credential_created
  from users u`

const orphansOf = (table: string): string =>
  `select count(*)::int as n from ${table} t
   where t.user_id is not null and not exists (select from users u where u.user_id = t.user_id)`

/** Reads what is there, table by table; what it means is for the test to say. */
export async function audit(ask: Ask): Promise<Findings> {
  const users = new Map<string, Parts>()
  for (const row of await ask(parts)) {
    users.set(String(row['id']), {
      username: String(row['username']),
      identifiers: Number(row['identifiers']),
      names: Number(row['names']),
      homes: Number(row['homes']),
      passwords: Number(row['passwords']),
      created: Number(row['created']),
      credentialCreated: Number(row['credential_created']),
    })
  }
  const orphans: Record<string, number> = {}
  for (const table of ['identifiers', 'directory_names', 'directory_people', 'passwords', 'sessions']) {
    orphans[table] = Number((await ask(orphansOf(table)))[0]?.['n'])
  }
  /** What was done, and not what was only answered again. */
  const events = async (subject: string, action: string): Promise<number> =>
    Number(
      (
        await ask(
          `select count(*)::int as n from audit_events
           where subject = $1 and action = $2 and workspace_id = $3 and reason is distinct from 'token.answered_again'`,
          [subject, action, 'portal'],
        )
      )[0]?.['n'],
    )
  return {
    users,
    orphans,
    issued: await events('access_token', 'issued'),
    accepted: await events('login', 'accepted'),
  }
}
