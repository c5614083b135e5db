import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { nameKeys } from '../packages/server/src/features/directory/index.ts'
import { findRoute } from '../packages/server/src/features/sign-in/index.ts'
import { findIssuer } from '../packages/server/src/features/tenancy/index.ts'
import { migrate, openPostgres } from '../packages/server/src/platform/db/index.ts'
import type { Db } from '../packages/server/src/platform/db/index.ts'
import { createLog } from '../packages/server/src/platform/log/index.ts'
import { atBest } from './floors.ts'
import { machineTimer, openLoop, percentile } from './open-loop.ts'
import type { Figure } from './report.ts'

export interface RoutePlan {
  /** An empty database of its own, by its name. @returns its address */
  readonly createDatabase: (name: string) => Promise<string>
  readonly fewNames: number
  readonly manyNames: number
  readonly secondsEach: number
  readonly say: (line: string) => void
}

/** An index of so many names, and the questions that are put to it. Each checks its answer. */
interface Index {
  readonly names: number
  readonly known: () => Promise<void>
  readonly unknown: () => Promise<void>
  /** The index alone: the floor. */
  readonly lookUp: () => Promise<void>
  close(): Promise<void>
}

const latencyAtPerSecond = 1000
/** Names that are asked for; all others fill the index. */
const askedFor = 1000
const billers = 1000
const place = { tenantId: 'harbor', workspaceId: 'portal' }

/**
 * M8: where a username leads, by the code that the credential step runs, without HTTP: no public door asks only for it.
 * What is compared is asked in turns, so that what others take from the machine is taken from all alike.
 */
export async function measureRoute(plan: RoutePlan): Promise<readonly Figure[]> {
  const { createDatabase, fewNames, manyNames, secondsEach, say } = plan
  const few = await makeIndex(await createDatabase('few_names'), fewNames)
  const many = await makeIndex(await createDatabase('many_names'), manyNames)
  const took = { 'few known': [], 'few unknown': [], 'many known': [], 'many unknown': [] } as Record<string, number[]>
  const questions = {
    'few known': few.known,
    'few unknown': few.unknown,
    'many known': many.known,
    'many unknown': many.unknown,
  }
  // A round first: connections open, statements are prepared, pages of the index come into memory.
  for (const ask of Object.values(questions)) await atBest(secondsEach / 4, 8, ask)
  await atBest(secondsEach * 2, 1, async () => {
    for (const [name, ask] of Object.entries(questions)) {
      const startedAt = performance.now()
      await ask()
      took[name]?.push(performance.now() - startedAt)
    }
  })
  const median = (name: string): number =>
    percentile(
      (took[name] ?? []).toSorted((a, b) => a - b),
      0.5,
    ) ?? Number.NaN
  const figures: Figure[] = []
  for (const [name, index] of Object.entries({ few, many })) {
    const floor = await atBest(secondsEach / 2, 8, index.lookUp)
    const closed = await atBest(secondsEach, 8, index.known)
    const ratePerSecond = Math.min(latencyAtPerSecond, closed.perSecond / 2)
    const load = await openLoop({
      ratePerSecond,
      durationSeconds: secondsEach,
      timer: machineTimer,
      request: index.known,
    })
    if (load.failed > 0) throw new Error(`${load.failed} route decisions failed`)
    const conditions = `PostgreSQL, ${index.names.toLocaleString('en')} names, in process, no HTTP`
    say(
      `route decision: ${closed.perSecond.toFixed(0)}/s with ${index.names} names, CPU ${closed.cpuMilliseconds.toFixed(2)} ms`,
    )
    figures.push(
      {
        name: 'M8 route decision',
        value: closed.perSecond,
        unit: '/s',
        floor: floor.perSecond,
        goal: 6000,
        goalShare: 0.4,
        conditions: `${conditions}, 8 at once; floor: the look-up alone`,
      },
      {
        name: 'M8 route decision p99',
        value: percentile(load.latencies, 0.99) ?? Number.NaN,
        unit: 'ms',
        goal: 5,
        ...(ratePerSecond < latencyAtPerSecond ? { goalLoad: `${latencyAtPerSecond}/s` } : {}),
        conditions: `${conditions}, ${ratePerSecond.toFixed(0)}/s offered`,
      },
      {
        name: 'M8 known beside unknown, medians',
        value: Math.abs(median(`${name} known`) - median(`${name} unknown`)),
        unit: 'ms',
        goal: 0.5,
        conditions: `${conditions}, 1 at once, in turns`,
      },
    )
  }
  await few.close()
  await many.close()
  const compared = `${manyNames.toLocaleString('en')} names by ${fewNames.toLocaleString('en')}, in turns`
  return [
    ...figures,
    {
      name: 'M8 many names by few',
      value: median('many known') / median('few known'),
      unit: 'x',
      goal: 1.3,
      conditions: `medians, ${compared}: ${median('many known').toFixed(3)} by ${median('few known').toFixed(3)} ms`,
    },
  ]
}

async function makeIndex(url: string, names: number): Promise<Index> {
  const { db } = await openPostgres({ url, poolSize: 10, log: createLog('error') })
  await migrate(db)
  const keys = nameKeys(randomBytes(32))
  const keyOf = (name: string): Buffer => keys.ofName(place, name)
  await fill(db, names, keyOf)
  const issuer = await findIssuer(db.reader, place.tenantId, place.workspaceId)
  if (!issuer) throw new Error('the workspace is missing')
  // The decision needs the index and the billers; there is no legacy store to ask.
  const needs = { db, keys, stores: new Map() } as unknown as Parameters<typeof findRoute>[0]
  let next = 0
  const decide = async (who: string, isKnown: boolean): Promise<void> => {
    const name = `${who}.${next++ % askedFor}`
    const { entry } = await findRoute(needs, issuer.workspace, { fixedOrganizationId: undefined }, name)
    if ((entry !== undefined) !== isKnown) throw new Error(`the route of ${name} is wrong`)
  }
  return {
    names,
    known: () => decide('person', true),
    unknown: () => decide('nobody', false),
    lookUp: async () => {
      const key = keyOf(`person.${next++ % askedFor}`)
      await sql`select organization_id from directory_names where name_key = ${key}`.execute(db.reader)
    },
    close: () => db.close(),
  }
}

/** A thousand billers, the names that are asked for, and names of nobody in particular up to so many. */
async function fill(db: Db, names: number, keyOf: (name: string) => Buffer): Promise<void> {
  const { tenantId, workspaceId } = place
  const now = new Date()
  await db.transaction(async (tx) => {
    await tx.insertInto('tenants').values({ tenant_id: tenantId, name: 'Harbor', created_at: now }).execute()
    await sql`insert into workspaces (tenant_id, workspace_id, name, kind, username_scope, brand, created_at)
      values (${tenantId}, ${workspaceId}, 'Portal', 'customer', 'workspace', '{}', ${now})`.execute(tx)
    await sql`insert into organizations (tenant_id, organization_id, workspace_id, name, created_at, updated_at)
      select ${tenantId}, 'biller-' || n, ${workspaceId}, 'Biller ' || n, ${now}, ${now}
      from generate_series(0, ${billers - 1}::int) as n`.execute(tx)
    await sql`insert into billers (tenant_id, organization_id, biller_guid, mode, epoch, is_custom_url_enabled, created_at, updated_at)
      select ${tenantId}, 'biller-' || n, gen_random_uuid(), 'new', 1, false, ${now}, ${now}
      from generate_series(0, ${billers - 1}::int) as n`.execute(tx)
    const known = Array.from({ length: askedFor }, (_, index) => ({
      name_key: keyOf(`person.${index}`),
      scope: '*',
      tenant_id: tenantId,
      workspace_id: workspaceId,
      organization_id: `biller-${index % billers}`,
      user_id: null,
      legacy_store_id: 'shard',
      legacy_id: String(index),
    }))
    await tx.insertInto('directory_names').values(known).execute()
  })
  // In pieces: the server's connections end a statement after half a minute.
  for (let at = askedFor; at < names; at += 50_000) {
    await sql`insert into directory_names (name_key, scope, tenant_id, workspace_id, organization_id, legacy_store_id, legacy_id)
      select sha256(('filler ' || n)::bytea), '*', ${tenantId}, ${workspaceId}, 'biller-' || (n % ${billers}::int), 'shard', n::text
      from generate_series(${at}::int, ${Math.min(names, at + 50_000) - 1}::int) as n`.execute(db.reader)
  }
  await sql`vacuum (analyze) directory_names`.execute(db.reader)
}
