import { hash } from '@node-rs/argon2'
import { basic, formHeaders, jsonOf, send, textOf } from './http.ts'
import type { Door } from './http.ts'
import { installation } from './installation.ts'
import { owasp } from './floors.ts'

export interface Person {
  readonly username: string
  readonly password: string
  readonly userId: string
}

/** Few distinct passwords, so that making people costs little; what a check costs does not depend on whose it is. */
const distinctPasswords = 8

/** Makes a pool and people in it, with argon2id verifiers, through the management API. */
export async function createPeople(door: Door, count: number): Promise<readonly Person[]> {
  const token = await managementToken(door)
  await manage(door, token, '/pools', {
    id: installation.poolId,
    name: 'People',
    workspace_id: installation.organizationId,
  })
  const passwords = Array.from({ length: distinctPasswords }, (_, index) => `a lamp on quay number ${index}`)
  const hashes = await Promise.all(passwords.map((password) => hash(password, owasp)))
  const people: Person[] = []
  const create = async (index: number): Promise<void> => {
    const username = `person.${index.toString(36).padStart(4, '0')}`
    const at = index % distinctPasswords
    const answer = await manage(door, token, `/pools/${installation.poolId}/users`, {
      status: 'active',
      payload: { name: `Person ${index}` },
      identifiers: [{ type: 'uid', identifier: username }],
      credentials: [{ type: 'password', hashed_password: { format: 'argon2id', hash: hashes[at] } }],
    })
    people.push({ username, password: passwords[at] ?? '', userId: textOf(answer, 'id') })
  }
  let next = 0
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      while (next < count) await create(next++)
    }),
  )
  return people
}

export async function managementToken(door: Door): Promise<string> {
  const answer = await send(door, {
    method: 'POST',
    path: `${installation.systemPath}/oauth2/token`,
    headers: { ...formHeaders, authorization: basic(installation.machine.id, installation.machine.secret) },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      scope: installation.managementScopes.join(' '),
    }).toString(),
  })
  return textOf(jsonOf(answer, 200), 'access_token')
}

export async function manage(door: Door, token: string, path: string, body: unknown) {
  const answer = await send(door, {
    method: 'POST',
    path: `/api/identity${installation.systemPath}${path}`,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return jsonOf(answer, 201)
}
