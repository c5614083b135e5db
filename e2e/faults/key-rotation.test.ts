import { setTimeout as pause } from 'node:timers/promises'
import { createLocalJWKSet, jwtVerify } from 'jose'
import type { JSONWebKeySet } from 'jose'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { created, createPool, createUser, managementToken, redeem, refresh, text } from '../processes/application.ts'
import type { JsonAnswer, Person } from '../processes/application.ts'
import { Browser, signIn } from '../processes/browser.ts'
import { openDoor, send } from '../processes/door.ts'
import type { Door } from '../processes/door.ts'
import { apiAudience, issuerPath, makeInstallation, origin, portal } from '../processes/installation.ts'
import type { Installation } from '../processes/installation.ts'
import { announceNotRun, startPostgres } from '../processes/postgres.ts'
import { failuresOf, runCommand, startServer } from '../processes/server-process.ts'
import type { ServerProcess } from '../processes/server-process.ts'

const patience = 300_000
const rotations = 1
/** How long the key set may be kept. The half minute that nodes get besides is waited for too. */
const keySetSeconds = 5

const postgres = await startPostgres()
if ('missing' in postgres) announceNotRun('rotation of signing keys under load', postgres.missing)

let servers: ServerProcess[] = []
let house: Installation | undefined

afterEach(async () => {
  await Promise.all(servers.map((server) => server.kill()))
  await house?.remove()
}, patience)
afterAll(async () => {
  if (!('missing' in postgres)) await postgres.stop()
}, patience)

/** An application that keeps the key set exactly as long as it may, and asks for no key that it does not know. */
function relyingParty(door: Door) {
  let kept: { readonly set: ReturnType<typeof createLocalJWKSet>; readonly until: number } | undefined
  async function keySet() {
    if (kept && performance.now() < kept.until) return kept.set
    const askedAt = performance.now()
    const { headers, body } = await send(door, { method: 'GET', path: `${issuerPath}/.well-known/jwks.json` })
    const seconds = Number(/max-age=(\d+)/.exec(headers['cache-control'] ?? '')?.[1])
    if (seconds !== keySetSeconds) throw new Error(`the key set may be kept for ${seconds} s`)
    kept = { set: createLocalJWKSet(JSON.parse(body) as JSONWebKeySet), until: askedAt + seconds * 1000 }
    return kept.set
  }
  return async (token: string, audience: string): Promise<string> => {
    const { protectedHeader } = await jwtVerify(token, await keySet(), { issuer: `${origin}${issuerPath}`, audience })
    return protectedHeader.kid ?? ''
  }
}

describe.skipIf('missing' in postgres)('signing keys that are rotated under load', () => {
  it(
    'fail no verification by applications that keep the key set as long as they may, at either of two nodes (R01)',
    async () => {
      if ('missing' in postgres) return
      house = await makeInstallation({
        DATABASE_URL: postgres.url,
        GATEHOUSE_KEY_SET_SECONDS: String(keySetSeconds),
      })
      const { environment, dataFolder } = house
      const folders = await Promise.all(['node-0', 'node-1', 'operator'].map((name) => dataFolder(name)))
      servers = await Promise.all(
        folders.slice(0, 2).map((folder) => startServer({ environment: { ...environment, GATEHOUSE_DATA: folder } })),
      )
      const doors = servers.map((server) => openDoor(server))
      let turn = 0
      const anyDoor = (): Door => doors[(turn += 1) % doors.length] as Door
      const token = await managementToken(anyDoor())
      await created(createPool(anyDoor(), token))

      const parties = [...doors, ...doors].map((door) => relyingParty(door))
      const found = { verified: 0, failures: [] as string[], kids: new Set<string>() }
      const older: { readonly token: string; readonly audience: string }[] = []
      const verifyAtAll = async (one: { readonly token: string; readonly audience: string }): Promise<void> => {
        for (const verify of parties) {
          try {
            found.kids.add(await verify(one.token, one.audience))
            found.verified += 1
          } catch (error) {
            found.failures.push(String(error))
          }
        }
      }
      const take = async (answer: JsonAnswer): Promise<string> => {
        if (answer.status !== 200) throw new Error(`no tokens: ${answer.status} ${JSON.stringify(answer.body)}`)
        const given = [
          { token: text(answer, 'id_token'), audience: portal.clientId },
          { token: text(answer, 'access_token'), audience: apiAudience },
        ]
        for (const one of given) await verifyAtAll(one)
        if (older.length < 200) older.push(...given)
        return text(answer, 'refresh_token')
      }
      let isEnough = false
      const isOver = (): boolean => isEnough
      const application = async (person: Person): Promise<void> => {
        while (!isOver()) {
          const code = await signIn(new Browser(anyDoor), person)
          if (!code) throw new Error('the person was refused')
          let held = await take(await redeem(anyDoor(), code))
          for (let n = 0; n < 20 && !isOver(); n += 1) held = await take(await refresh(anyDoor(), held))
        }
      }
      const clients: Promise<void>[] = []
      for (const n of [0, 1, 2]) {
        const person = { username: `keys.${n}`, password: 'a bench by the water' }
        await created(createUser(anyDoor(), token, person))
        clients.push(application(person))
      }
      const isOverEarly = Promise.all(clients)
      for (let n = 0; n < rotations; n += 1) {
        const typed = runCommand(['keys', 'rotate', '--wait', 'harbor/portal'], {
          ...environment,
          GATEHOUSE_DATA: folders[2] ?? '',
        })
        const rotated = await Promise.race([typed, isOverEarly.then(() => undefined)])
        expect(rotated).toMatchObject({ code: 0 })
        // Every cache is read anew at least once with the new key signing, and what was signed before is looked at again.
        const until = performance.now() + (keySetSeconds + 3) * 1000
        while (performance.now() < until) await pause(20)
        for (const one of older.splice(0)) await verifyAtAll(one)
      }
      isEnough = true
      await isOverEarly

      expect(found.failures).toEqual([])
      expect(found.kids.size).toBe(rotations + 1)
      expect(servers.flatMap(failuresOf)).toEqual([])
      console.log(
        `faults: signing keys rotated ${rotations} times under load on two nodes: ${found.kids.size} keys signed, ` +
          `${parties.length} applications that keep the key set ${keySetSeconds} s verified ${found.verified} tokens, failed ${found.failures.length}`,
      )
    },
    patience,
  )
})
