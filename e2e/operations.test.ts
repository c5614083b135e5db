import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { created, createPool, createUser, managementToken, redeem, refresh, text } from './processes/application.ts'
import { Browser, signIn } from './processes/browser.ts'
import { openDoor, send } from './processes/door.ts'
import type { Door } from './processes/door.ts'
import { freePort } from './processes/free-port.ts'
import { makeInstallation, poolId, tenantId } from './processes/installation.ts'
import type { Installation } from './processes/installation.ts'
import { announceNotRun, startPostgres } from './processes/postgres.ts'
import { failuresOf, NotReady, runCommand, startServer } from './processes/server-process.ts'
import type { ServerProcess } from './processes/server-process.ts'

const patience = 180_000
const postgres = await startPostgres()
if ('missing' in postgres) announceNotRun('operations of several processes', postgres.missing)

const servers: ServerProcess[] = []
let house: Installation

beforeAll(async () => {
  house = await makeInstallation()
}, patience)

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()))
}, patience)

afterAll(async () => {
  await house.remove()
  if (!('missing' in postgres)) await postgres.stop()
}, patience)

const kidsAt = async (door: Door): Promise<string[]> => {
  const { status, body } = await send(door, { method: 'GET', path: `/${tenantId}/system/.well-known/jwks.json` })
  expect(status).toBe(200)
  return (JSON.parse(body) as { keys: { kid: string }[] }).keys.map(({ kid }) => kid)
}

const isTaken = async (door: Door, token: string): Promise<boolean> =>
  (
    await send(door, {
      method: 'GET',
      path: `/api/identity/${tenantId}/system/pools`,
      headers: { authorization: `Bearer ${token}` },
    })
  ).status === 200

const kidOf = (token: string): string =>
  (JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString('utf8')) as { kid: string }).kid

/** Waits until it is so, and says how long that took. */
async function secondsUntil(isSo: () => Promise<boolean>): Promise<number> {
  const startedAt = performance.now()
  while (!(await isSo())) {
    if (performance.now() - startedAt > 60_000) throw new Error('it did not come to be so')
    await pause(10)
  }
  return (performance.now() - startedAt) / 1000
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

describe('a production start', () => {
  it('refuses what is only right for development, all of it at once, and never opens a port (DO09)', async () => {
    const refused = startServer({
      environment: { GATEHOUSE_DATA: await house.dataFolder('refused') },
      typed: ['serve'],
    })
    const error: unknown = await refused.catch((thrown: unknown) => thrown)
    if (!(error instanceof NotReady)) throw new Error('it started')
    expect(error.code).toBe(1)
    for (const flag of ['--allow-embedded-database', '--allow-http', '--allow-generated-vault-secret']) {
      expect(error.words).toContain(flag)
    }
  })

  it.each([
    [
      'a vault of another secret',
      { GATEHOUSE_VAULT_SECRET: 'kW8vq0Zt3mPxYr5uLn7sBd2f' },
      /does not open with this secret/,
    ],
    ['no database', { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' }, /PostgreSQL does not answer/],
    ['an issuer that is no origin', { GATEHOUSE_URL: 'https://auth.example/path' }, /GATEHOUSE_URL cannot be used/],
    ['a configuration file that is not there', { GATEHOUSE_CONFIG: '/nowhere.json' }, /does not exist/],
  ])(
    'with %s ends with one line and never opens a port (DO09)',
    async (what, environment, line) => {
      const data = await house.dataFolder(`wrong-${what.replaceAll(' ', '-')}`)
      const refused = startServer({
        environment: { ...house.environment, GATEHOUSE_DATA: data, ...environment },
        typed: ['serve', '--allow-embedded-database', '--allow-http'],
      })
      const error: unknown = await refused.catch((thrown: unknown) => thrown)
      if (!(error instanceof NotReady)) throw new Error('it started')
      expect(error.code).toBe(1)
      expect(error.words).toMatch(line)
    },
    patience,
  )
})

describe('a command', () => {
  const typed = (environment: Readonly<Record<string, string>>, ...words: readonly string[]) =>
    runCommand(words, { ...house.environment, ...environment })

  it('says only what it is about, and nothing of parts that it does not use', async () => {
    expect(await typed({}, 'help')).toMatchObject({ code: 0, words: '' })
  })

  it(
    'on a database without a schema is one line that says what to look at',
    async () => {
      const environment = { GATEHOUSE_DATA: await house.dataFolder('no-schema') }
      for (const words of [['user', 'deactivate', 'harbor/staff', 'somebody'], ['keys', 'list'], ['fence']]) {
        const { code, words: line } = await typed(environment, ...words)
        expect({ code, line }).toStrictEqual({
          code: 1,
          line: expect.stringMatching(/^The database has not the schema of this release: [^\n]+\n$/) as string,
        })
      }
    },
    patience,
  )
})

describe('commands while the embedded database is open', () => {
  it(
    'are run by the server that has it: a person is stopped and an application gets a new secret, and the next request knows (SE09)',
    async () => {
      const environment = { ...house.environment, GATEHOUSE_DATA: await house.dataFolder('everyday') }
      const server = await startServer({ environment })
      servers.push(server)
      const door = openDoor(server)
      const token = await managementToken(door)
      await created(createPool(door, token))
      const person = { username: 'stopped.stan', password: 'a bench by the water' }
      await created(createUser(door, token, person))
      const code = await signIn(new Browser(() => door), person)
      if (!code) throw new Error('the person was refused')
      const tokens = await redeem(door, code)

      const stopped = await runCommand(['user', 'deactivate', `${tenantId}/${poolId}`, person.username], environment)
      expect(stopped.code).toBe(0)
      expect(await refresh(door, text(tokens, 'refresh_token'))).toMatchObject({ status: 400 })
      const nobody = await runCommand(['user', 'deactivate', `${tenantId}/${poolId}`, 'nobody'], environment)
      expect(nobody).toMatchObject({ code: 1, output: 'User not found.\n' })

      const rotated = await runCommand(['secret', 'rotate', `${tenantId}/system/crm`, '--overlap', '0'], environment)
      expect(rotated.code).toBe(0)
      await expect(managementToken(door)).rejects.toThrow('401')
      const [secret = ''] = rotated.output.split('\n')
      expect(await managementToken(door, secret)).not.toBe('')
      expect(server.lines.map((line) => JSON.stringify(line)).join('\n')).not.toContain(secret)
    },
    patience,
  )

  it(
    'are run by the server that has it: keys are listed, drilled and removed, and the server knows within two seconds (R02)',
    async () => {
      const port = await freePort()
      const environment = {
        ...house.environment,
        GATEHOUSE_DATA: await house.dataFolder('embedded'),
        GATEHOUSE_KEY_SET_SECONDS: '0',
        GATEHOUSE_PORT: String(port),
        GATEHOUSE_URL: `http://127.0.0.1:${port}`,
      }
      const server = await startServer({ environment })
      servers.push(server)
      const door = openDoor({ port })
      const [active = '', next = ''] = await kidsAt(door)

      const listed = await runCommand(['keys', 'list'], environment)
      expect(listed.code).toBe(0)
      expect(listed.output).toMatch(new RegExp(`harbor/system +${active} +active`))
      expect(listed.output).toMatch(new RegExp(`harbor/system +${next} +next`))

      const drilled = await runCommand(['keys', 'drill', 'harbor/system'], environment)
      expect(drilled.output).toContain('The drill is passed.')
      expect(drilled.output).toContain(`${next} signs, ${active} verifies until its last token is over.`)
      expect(drilled.code).toBe(0)
      expect(await kidsAt(door)).toContain(active)

      const removed = await runCommand(['keys', 'remove', next], environment)
      expect(removed.output).toContain(`${next} is removed`)
      expect(await secondsUntil(async () => !(await kidsAt(door)).includes(next))).toBeLessThan(2)
      expect((await runCommand(['keys', 'remove', 'nothing'], environment)).code).toBe(1)
      expect((await runCommand(['keys', 'burn'], environment)).code).toBe(2)
      console.log(`operations: embedded: drill ${drilled.seconds.toFixed(1)} s`)
    },
    patience,
  )
})

describe.skipIf('missing' in postgres)('on PostgreSQL', () => {
  const url = 'missing' in postgres ? '' : postgres.url

  it(
    'a removed key is refused by each of two nodes within two seconds of the command (R02)',
    async () => {
      const environment = { ...house.environment, DATABASE_URL: url }
      const nodes = await Promise.all(
        ['node-0', 'node-1'].map(async (name) =>
          startServer({ environment: { ...environment, GATEHOUSE_DATA: await house.dataFolder(name) } }),
        ),
      )
      servers.push(...nodes)
      const doors = nodes.map((node) => openDoor(node))
      const [first, second] = doors as [Door, Door]
      const token = await managementToken(first)
      expect(await Promise.all(doors.map((door) => isTaken(door, token)))).toStrictEqual([true, true])
      const removing = runCommand(['keys', 'remove', kidOf(token)], {
        ...environment,
        GATEHOUSE_DATA: await house.dataFolder('command'),
      })
      // From the moment that the first sign of it is seen anywhere, not from the end of the command's process.
      await secondsUntil(async () => (await Promise.all(doors.map((door) => isTaken(door, token)))).includes(false))
      const seconds = await secondsUntil(async () => !(await isTaken(first, token)) && !(await isTaken(second, token)))
      expect(seconds).toBeLessThan(2)
      expect((await removing).code).toBe(0)
      for (const door of doors) expect(await isTaken(door, await managementToken(door))).toBe(true)
      console.log(`operations: two nodes: the second refused ${(seconds * 1000).toFixed(0)} ms after the first`)
    },
    patience,
  )

  it(
    'two processes on one port: one that is killed is replaced, SIGHUP replaces both with the settings of now, and no request fails (U03)',
    async () => {
      const config = join(await house.dataFolder('supervised'), 'config.json')
      const settings = { GATEHOUSE_PROCESSES: 2, GATEHOUSE_KEY_SET_SECONDS: 60 }
      await writeFile(config, JSON.stringify(settings))
      const server = await startServer({
        environment: {
          ...house.environment,
          DATABASE_URL: url,
          GATEHOUSE_DATA: join(config, '..'),
          GATEHOUSE_CONFIG: config,
        },
        typed: ['serve', '--allow-http'],
      })
      servers.push(server)
      const door = openDoor(server, 4)
      const lifetimeAt = async (): Promise<string> =>
        String(
          (await send(openDoor(server, 1), { method: 'GET', path: `/${tenantId}/system/.well-known/jwks.json` }))
            .headers['cache-control'],
        )
      expect(await lifetimeAt()).toBe('public, max-age=60')

      const before = await childrenOf(server.pid)
      expect(before).toHaveLength(2)
      process.kill(before[0] ?? 0, 'SIGKILL')
      const replaced = await secondsUntil(
        async () => server.lines.filter(({ msg }) => msg === 'process ready').length === 3,
      )
      const after = await childrenOf(server.pid)
      expect(after).toHaveLength(2)
      expect(after).not.toContain(before[0])

      const load = { isOver: false }
      const statuses: number[] = []
      const failures: string[] = []
      const clients = [0, 1, 2, 3].map(async () => {
        while (!load.isOver) {
          try {
            statuses.push((await send(door, { method: 'GET', path: '/health/live' })).status)
          } catch (error) {
            failures.push(String(error))
          }
        }
      })
      await writeFile(config, JSON.stringify({ ...settings, GATEHOUSE_KEY_SET_SECONDS: 120 }))
      process.kill(server.pid, 'SIGHUP')
      await secondsUntil(async () => server.lines.some(({ msg }) => msg === 'processes replaced'))
      load.isOver = true
      await Promise.all(clients)
      expect(new Set(statuses)).toStrictEqual(new Set([200]))
      expect(failures).toStrictEqual([])
      expect(await lifetimeAt()).toBe('public, max-age=120')
      const now = await childrenOf(server.pid)
      expect(now).toHaveLength(2)
      expect(now.filter((pid) => after.includes(pid))).toStrictEqual([])
      expect(failuresOf(server)).toEqual([])
      console.log(
        `operations: killed process replaced after ${replaced.toFixed(1)} s; ${statuses.length} requests during a reload, failed 0`,
      )
    },
    patience,
  )

  it(
    'the metrics of two processes are read on one port, added up or the greatest of them, also when one was replaced',
    async () => {
      const metricsPort = await freePort()
      const server = await startServer({
        environment: {
          ...house.environment,
          DATABASE_URL: url,
          GATEHOUSE_DATA: await house.dataFolder('measured'),
          GATEHOUSE_PROCESSES: '2',
          GATEHOUSE_METRICS_PORT: String(metricsPort),
          GATEHOUSE_METRICS_HOST: '127.0.0.1',
          GATEHOUSE_REFUSAL_MS: '300',
        },
        typed: ['serve', '--allow-http'],
      })
      servers.push(server)
      const series = 'gatehouse_http_request_duration_seconds_count{route="/health/live",method="GET",status="2xx"}'
      const read = async (name: string): Promise<number | undefined> => {
        const answer = await send(openDoor({ port: metricsPort }, 1), { method: 'GET', path: '/metrics' })
        expect(answer.status).toBe(200)
        const line = answer.body.split('\n').find((one) => one.startsWith(`${name} `))
        return line === undefined ? undefined : Number(line.slice(name.length + 1))
      }
      const sent = 40
      for (let request = 0; request < sent; request += 1) {
        // A connection of its own goes to either of them.
        await send(openDoor(server, 1), { method: 'GET', path: '/health/live' })
      }
      expect(await read(series)).toBe(sent)
      expect(await read('gatehouse_refusal_deadline_seconds')).toBe(0.3)

      const [killed = 0] = await childrenOf(server.pid)
      process.kill(killed, 'SIGKILL')
      await secondsUntil(async () => server.lines.filter(({ msg }) => msg === 'process ready').length === 3)
      // What the other one counted is left: both had a part in the sum.
      const left = (await read(series)) ?? 0
      expect(left).toBeGreaterThan(0)
      expect(left).toBeLessThan(sent)
      expect(failuresOf(server)).toEqual([])
      console.log(`operations: ${sent} requests to two processes counted as ${sent}, of which one had ${left}`)
    },
    patience,
  )
})

async function childrenOf(pid: number): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'pid=,ppid=', '-A'])
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, parent]) => parent === pid)
    .map(([child = 0]) => child)
}
