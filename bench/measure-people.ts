import pg from 'pg'
import { atBest, tokenCoreFloor } from './floors.ts'
import { openPostgresFloor } from './floor-database.ts'
import { jsonOf, send } from './http.ts'
import type { Door } from './http.ts'
import { installation, makePremises } from './installation.ts'
import { machineTimer, openLoop, percentile } from './open-loop.ts'
import { manage, managementToken } from './people.ts'
import type { Figure } from './report.ts'
import { startServer } from './server.ts'

export interface PeoplePlan {
  /** An empty database of its own, by its name. @returns its address */
  readonly createDatabase: (name: string) => Promise<string>
  readonly people: number
  readonly processes: number
  readonly secondsEach: number
  readonly say: (line: string) => void
}

const { organizationId, poolId, tenantId } = installation
const ratePerSecond = 50
const goalMilliseconds = 40
const names = ['anna', 'ben', 'carla', 'dan', 'eva', 'finn', 'greta', 'hugo', 'ida', 'jon', 'kim', 'lea', 'max', 'nora']
const domains = 50

/** The name of the n-th person: spread over first names and letters, so that their order is not the order of their ids. */
const nameOf = (n: number): string => `${names[n % names.length] ?? ''}.${letters(n)}`
/** Must agree with `fill`. */
const letters = (n: number): string => ((n * 2_654_435_761) % 4_294_967_296).toString(16).padStart(8, '0')

/**
 * Finding people in one large pool, and making them, through HTTP as an application does. Each look is offered at a
 * constant rate and beside its floor: the least SQL that gives such an answer, one at a time, without our server.
 */
export async function measurePeople(plan: PeoplePlan): Promise<readonly Figure[]> {
  const { people, processes, secondsEach, say } = plan
  const url = await plan.createDatabase('people')
  const premises = await makePremises(url)
  const server = await startServer({ ...premises.environment, GATEHOUSE_PROCESSES: String(processes) })
  const database = new pg.Client(url)
  database.on('error', () => {})
  await database.connect()
  try {
    const { door } = server
    const token = await managementToken(door)
    await manage(door, token, '/pools', { id: poolId, name: 'People', workspace_id: organizationId })
    const beganAt = performance.now()
    await fill(database, people)
    say(`people: ${people} filled in ${((performance.now() - beganAt) / 1000).toFixed(0)} s`)

    const anybody = () => Math.floor(Math.random() * people)
    const list = (query: Readonly<Record<string, string>>) => async () => {
      const answer = await get(door, token, `/pools/${poolId}/users?${new URLSearchParams(query).toString()}`)
      if (!Array.isArray(answer['users']) || answer['users'].length === 0) throw new Error('nobody was found')
    }
    const keyed = (user_key: string) => list({ limit: '20', query: JSON.stringify({ user_key }) })
    const looks: Readonly<Record<string, { ask: () => Promise<unknown>; floor: string; values: () => unknown[] }>> = {
      list: {
        ask: () => list({ limit: '20', after_user_id: idOf(Math.floor(Math.random() * (people - 100))) })(),
        floor: `select * from users where organization_id = $1 and pool_id = $2 and user_id > $3 order by user_id limit 20`,
        values: () => [organizationId, poolId, idOf(anybody())],
      },
      by_key: {
        ask: async () => {
          const identifier = nameOf(anybody())
          const { identifiers } = await post(door, token, `/pools/${poolId}/users/by_key`, { identifier })
          if (!JSON.stringify(identifiers).includes(identifier)) throw new Error('somebody else was found')
        },
        floor: `select users.* from identifiers join users using (organization_id, user_id)
          where identifiers.organization_id = $1 and identifiers.pool_id = $2 and type = 'uid' and canonical = $3`,
        values: () => [organizationId, poolId, nameOf(anybody())],
      },
      // From one match to one in fourteen of all.
      prefix: {
        ask: () => keyed(nameOf(anybody()).slice(0, 3 + Math.floor(Math.random() * 10)))(),
        floor: `select user_id from identifiers where organization_id = $1 and pool_id = $2
          and canonical ~>=~ $3 and canonical ~<~ ($3 || 'g') order by canonical using ~<~ limit 20`,
        values: () => [organizationId, poolId, nameOf(anybody()).slice(0, 10)],
      },
      // From a whole address to one in fifty of all.
      suffix: {
        ask: () => {
          const n = anybody()
          return keyed(`${nameOf(n)}@mail${n % domains}.example`.slice(-(14 + Math.floor(Math.random() * 12))))()
        },
        floor: `select user_id from addresses where organization_id = $1 and pool_id = $2 and is_verified
          and reverse(canonical) ~>=~ $3 and reverse(canonical) ~<~ ($3 || 'g') order by reverse(canonical) using ~<~ limit 20`,
        values: () => [organizationId, poolId, `elpmaxe.${anybody() % domains}`],
      },
    }
    const figures: Figure[] = []
    for (const [name, { ask, floor, values }] of Object.entries(looks)) {
      await openLoop({ ratePerSecond, durationSeconds: secondsEach / 4, timer: machineTimer, request: ask })
      const least = await atBest(secondsEach / 4, 1, () => database.query({ name, text: floor, values: values() }))
      const load = await openLoop({ ratePerSecond, durationSeconds: secondsEach, timer: machineTimer, request: ask })
      if (load.failed > 0) throw new Error(`${load.failed} requests of ${name} failed`)
      const p99 = percentile(load.latencies, 0.99) ?? Number.NaN
      say(
        `people: ${name} p99 ${p99.toFixed(1)} ms, p50 ${(percentile(load.latencies, 0.5) ?? Number.NaN).toFixed(1)} ms`,
      )
      figures.push({
        name: `people ${name} p99`,
        value: p99,
        unit: 'ms',
        floor: least.p99Milliseconds,
        goal: goalMilliseconds,
        conditions: `PostgreSQL, ${people.toLocaleString('en')} users in a pool, ${ratePerSecond}/s offered; floor: its SQL alone`,
      })
    }
    figures.push(await measureCreating(plan, door, token))
    return figures
  } finally {
    await database.end()
    await server.stop()
    await premises.remove()
  }
}

/** A username and a verified address, no password: what an import of people costs who sign in elsewhere. */
async function measureCreating(plan: PeoplePlan, door: Door, token: string): Promise<Figure> {
  const floors = await openPostgresFloor(await plan.createDatabase('people_floor'))
  let next = 0
  const create = () => {
    const username = `new.${next++}`
    return manage(door, token, `/pools/${poolId}/users`, {
      status: 'active',
      payload: { name: username },
      identifiers: [{ type: 'uid', identifier: username }],
      verifiable_addresses: [{ type: 'email', address: `${username}@new.example`, status: 'active', verified: true }],
    })
  }
  try {
    await atBest(plan.secondsEach, 32, create)
    // What is written: the person, the name in the index, the user, the identifier, the address, the event.
    const floor = await tokenCoreFloor(plan.secondsEach / 2, floors, 6)
    const made = await atBest(plan.secondsEach, 32, create)
    return {
      name: 'people created',
      value: made.perSecond,
      unit: '/s',
      floor: floor.perSecond,
      goal: 2000,
      conditions: `PostgreSQL, no password, 32 at once, ${plan.processes} process(es); floor: six rows and a signature in one commit`,
    }
  } finally {
    await floors.close()
  }
}

/** As our ids are: in the order in which people came. */
const idOf = (n: number): string => {
  const hex = n.toString(16).padStart(8, '0')
  return `0190${hex.slice(0, 4)}-${hex.slice(4)}-7000-8000-000000000000`
}

async function fill(database: pg.Client, people: number): Promise<void> {
  const batch = 100_000
  for (let from = 0; from < people; from += batch) {
    const to = Math.min(from + batch, people) - 1
    await database.query('begin')
    await database.query(
      'create temporary table batch on commit drop as select * from (select n,' +
        ` (select ('0190' || substr(h, 1, 4) || '-' || substr(h, 5) || '-7000-8000-000000000000')::uuid
           from lpad(to_hex(n), 8, '0') h) as id,
         ($1::text[])[n % $2 + 1] || '.' || lpad(to_hex((n::bigint * 2654435761) % 4294967296), 8, '0') as name
       from generate_series($3::integer, $4::integer) n) made`,
      [names, names.length, from, to],
    )
    const times = 'now(), now()'
    await database.query(
      `insert into users (organization_id, user_id, tenant_id, pool_id, status, payload, created_at, updated_at, status_updated_at)
       select $1, id, $2, $3, 'active', jsonb_build_object('name', name), ${times}, now() from batch`,
      [organizationId, tenantId, poolId],
    )
    await database.query(
      `insert into identifiers (organization_id, pool_id, type, canonical, identifier, identifier_id, user_id, created_at, updated_at)
       select $1, $2, 'uid', name, name, gen_random_uuid(), id, ${times} from batch`,
      [organizationId, poolId],
    )
    await database.query(
      `insert into addresses (organization_id, user_id, canonical, pool_id, type, address, address_id, is_verified, created_at, updated_at)
       select $1, id, name || '@mail' || n % $3 || '.example', $2, 'email', name || '@mail' || n % $3 || '.example',
         gen_random_uuid(), true, ${times} from batch`,
      [organizationId, poolId, domains],
    )
    await database.query('commit')
  }
  await database.query('vacuum analyze users, identifiers, addresses')
}

async function get(door: Door, token: string, path: string) {
  const answer = await send(door, {
    method: 'GET',
    path: `/api/identity${installation.systemPath}${path}`,
    headers: { authorization: `Bearer ${token}` },
  })
  return jsonOf(answer, 200)
}

async function post(door: Door, token: string, path: string, body: unknown) {
  const answer = await send(door, {
    method: 'POST',
    path: `/api/identity${installation.systemPath}${path}`,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return jsonOf(answer, 200)
}
