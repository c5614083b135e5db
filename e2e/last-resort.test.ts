import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { authorization, Browser } from './processes/browser.ts'
import { openDoor, send } from './processes/door.ts'
import { makeInstallation } from './processes/installation.ts'
import type { Installation } from './processes/installation.ts'
import { startServer } from './processes/server-process.ts'
import type { ServerProcess } from './processes/server-process.ts'

let house: Installation | undefined
let server: ServerProcess | undefined

afterEach(async () => {
  await server?.kill()
  await house?.remove()
})

async function failing(): Promise<ServerProcess> {
  house = await makeInstallation({ GATEHOUSE_REFUSAL_MS: '1500' })
  server = await startServer({
    environment: { ...house.environment, GATEHOUSE_DATA: await house.dataFolder('last') },
    imports: [join(import.meta.dirname, 'processes', 'fail-on-request.ts')],
  })
  return server
}

const end = ['uncaught exception', 'stopping', 'stopped']

describe('a failure that no request waits for', () => {
  it('as a rejection is logged, and the process goes on: whoever can cause one cannot end it (DO08)', async () => {
    const running = await failing()
    const door = openDoor(running)
    for (let times = 0; times < 3; times += 1) {
      expect((await send(door, { method: 'GET', path: '/fail/rejected' })).status).toBe(404)
    }
    expect((await send(door, { method: 'GET', path: '/health/ready' })).status).toBe(200)
    const said = running.lines.filter(({ msg }) => msg === 'unhandled rejection')
    expect(said).toHaveLength(3)
    expect(said[0]).toMatchObject({ level: 'error', error_message: 'nobody waits for this' })
    await running.stop()
    expect(await running.ended).toBe(0)
  }, 90_000)

  it('as an exception ends the process once what is under way is answered, and says so by its exit code (DO08)', async () => {
    const running = await failing()
    const door = openDoor(running)
    const browser = new Browser(() => door)
    const page = await browser.submit(await browser.get(authorization('jwt').url), { username: 'nobody' }, '/username')
    let isAnswered = false
    const refused = browser.submitTo(door, page, { password: 'wrong' }, '/password').then(({ status }) => {
      isAnswered = true
      return status
    })
    // Answered after the form was taken in, which waits for the deadline of refusals.
    expect((await send(door, { method: 'GET', path: '/health/live' })).status).toBe(200)
    expect(isAnswered).toBe(false)
    await send(door, { method: 'GET', path: '/fail/thrown' }).catch(() => undefined)
    expect(await refused).toBe(303)
    expect(await running.ended).toBe(1)
    const said = running.lines.map(({ msg = '' }) => msg)
    expect(said.filter((message) => end.includes(message))).toStrictEqual(end)
    expect(running.lines.find(({ msg }) => msg === 'uncaught exception')).toMatchObject({
      level: 'error',
      error_message: 'nobody catches this',
    })
  }, 90_000)
})
