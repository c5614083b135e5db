import { request } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { created, createPool, managementToken } from './processes/application.ts'
import { openDoor } from './processes/door.ts'
import type { Door } from './processes/door.ts'
import { makeInstallation, poolId, tenantId } from './processes/installation.ts'
import type { Installation } from './processes/installation.ts'
import { failuresOf, startServer } from './processes/server-process.ts'
import type { ServerProcess } from './processes/server-process.ts'

const patience = 120_000
const lines = 4000
const kills = 3

let house: Installation | undefined
const servers: ServerProcess[] = []

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.kill()))
  await house?.remove()
}, patience)

async function start(environment: Readonly<Record<string, string>>): Promise<ServerProcess> {
  const server = await startServer({ environment })
  servers.push(server)
  return server
}

interface Heard {
  readonly line: number
  readonly status: string
  readonly id?: string
  readonly done_before?: true
}

const file = Array.from(
  { length: lines },
  (_, at) =>
    `${JSON.stringify({
      status: 'active',
      identifiers: [{ type: 'uid', identifier: `filed.${at}` }],
      credentials: [{ type: 'password', hashed_password: { format: 'unsalted-md5', hash: 'a'.repeat(32) } }],
    })}\n`,
).join('')

/** Sends the whole file. @param enough told of all verdicts so far; what it begins is not waited for */
function send(door: Door, token: string, enough: (heard: readonly Heard[]) => void = () => {}): Promise<Heard[]> {
  return new Promise((resolve) => {
    const heard: Heard[] = []
    let rest = ''
    const sent = request({
      host: '127.0.0.1',
      port: door.port,
      method: 'POST',
      path: `/api/identity/${tenantId}/system/pools/${poolId}/users/import`,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/x-ndjson',
        'idempotency-key': 'one-file',
      },
    })
    // However it ends, what was heard was heard.
    sent.on('error', () => resolve(heard))
    sent.on('response', (response) => {
      response.setEncoding('utf8').on('data', (text: string) => {
        const complete = (rest + text).split('\n')
        rest = complete.pop() ?? ''
        heard.push(...complete.map((line) => JSON.parse(line) as Heard))
        enough(heard)
      })
      response.on('close', () => resolve(heard))
    })
    sent.end(file)
  })
}

describe('a server that is killed while it takes in a file of people', () => {
  it(
    'has lost nothing that it said, does nothing twice, and goes on where it was (K01)',
    async () => {
      house = await makeInstallation()
      const environment = { ...house.environment, GATEHOUSE_DATA: await house.dataFolder('embedded') }
      let server = await start(environment)
      await created(createPool(openDoor(server), await managementToken(openDoor(server))))
      const said = new Map<number, string | undefined>()
      for (let kill = 1; kill <= kills; kill += 1) {
        const doomed = server
        const door = openDoor(doomed)
        let isKilled = false
        const heard = await send(door, await managementToken(door), (all) => {
          const fresh = all.filter((one) => one.done_before !== true).length
          if (isKilled || fresh < 500) return
          isKilled = true
          void doomed.kill()
        })
        expect(isKilled).toBe(true)
        for (const { line, id, done_before: isDone } of heard) {
          // What was said before is said again.
          if (said.has(line)) expect([id, isDone]).toEqual([said.get(line), true])
          said.set(line, id)
        }
        server = await start(environment)
      }

      const door = openDoor(server)
      const whole = await send(door, await managementToken(door))
      expect(whole.map(({ line }) => line)).toEqual(Array.from({ length: lines }, (_, at) => at + 1))
      expect(whole.filter(({ status }) => status !== 'created')).toEqual([])
      for (const [line, id] of said) expect(whole[line - 1]?.id).toBe(id)
      expect(new Set(whole.map(({ id }) => id)).size).toBe(lines)
      for (const line of said.keys()) expect(whole[line - 1]?.done_before).toBe(true)
      expect(servers.flatMap(failuresOf)).toEqual([])
      await server.stop()
    },
    patience,
  )
})
