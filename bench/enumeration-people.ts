import { randomBytes } from 'node:crypto'
import { hash } from '@node-rs/argon2'
import { created, createPool, managementToken } from '../e2e/processes/application.ts'
import { send } from '../e2e/processes/door.ts'
import type { Door } from '../e2e/processes/door.ts'
import { poolId, tenantId } from '../e2e/processes/installation.ts'
import { make, toColumns } from '../packages/server/src/protocol/password-hash/index.ts'
import type { ShardRow } from '../packages/server/src/testing/legacy-shard.ts'
import { owasp } from './floors.ts'

/** Every kind of name that a refusal must not tell apart. */
export const classes = ['legacy', 'pool', 'unknown', 'locked', 'disabled'] as const
export type NameClass = (typeof classes)[number]

/** Of these a workspace that redirects must not tell one from another: what no legacy store proves. */
export const hostedClasses = ['pool', 'unknown', 'disabled'] as const satisfies readonly NameClass[]

/** Of one length in every class, because a page shows the name. */
export const nameOf = (kind: NameClass | 'planted', at: number): string =>
  `${kind.slice(0, 3)}-${String(at).padStart(5, '0')}`

/** How names of the kind `planted` begin; nobody has one. */
export const plantedNames = `${'planted'.slice(0, 3)}-`

/** What a server says in which the delay was planted. */
export const plantedLine = 'a delay was planted'

/** Names in the legacy store: ones that are well and ones that are locked there. One hash for all: its cost is what counts. */
export async function legacyRows(count: number): Promise<readonly ShardRow[]> {
  const columns = toColumns(await make({ format: 'aspnet-identity' }, secretWord(), randomBytes))
  if (!columns) throw new Error('this format has columns')
  const row = (kind: 'legacy' | 'locked', at: number): ShardRow => ({
    id: nameOf(kind, at),
    biller: '1',
    username: nameOf(kind, at),
    hash: columns.hash,
    format: columns.format,
    isLocked: kind === 'locked',
  })
  return Array.from({ length: count }, (_, at) => [row('legacy', at), row('locked', at)]).flat()
}

/** Names in the pool: active people and switched-off ones, made through the management API with imported hashes. */
export async function createPoolPeople(door: Door, count: number): Promise<void> {
  const token = await managementToken(door)
  await created(createPool(door, token))
  const verifier = await hash(secretWord(), owasp)
  const create = async (kind: 'pool' | 'disabled', at: number): Promise<void> => {
    const answer = await send(door, {
      method: 'POST',
      path: `/api/identity/${tenantId}/system/pools/${poolId}/users`,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        status: kind === 'pool' ? 'active' : 'inactive',
        payload: { name: 'Somebody' },
        identifiers: [{ type: 'uid', identifier: nameOf(kind, at) }],
        credentials: [{ type: 'password', hashed_password: { format: 'argon2id', hash: verifier } }],
      }),
    })
    if (answer.status !== 201) throw new Error(`not created: ${answer.status} ${answer.body.slice(0, 200)}`)
  }
  let next = 0
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      while (next < count) {
        const at = next
        next += 1
        await create('pool', at)
        await create('disabled', at)
      }
    }),
  )
}

const secretWord = (): string => randomBytes(16).toString('hex')
