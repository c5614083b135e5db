import { afterEach, describe, expect, it } from 'vitest'
import { authorization, Browser } from './processes/browser.ts'
import { openDoor, send } from './processes/door.ts'
import { makeInstallation } from './processes/installation.ts'
import type { Installation } from './processes/installation.ts'
import { failuresOf, startServer } from './processes/server-process.ts'
import type { ServerProcess } from './processes/server-process.ts'

let house: Installation | undefined
let server: ServerProcess | undefined

afterEach(async () => {
  await server?.kill()
  await house?.remove()
})

describe('a server that is asked to stop', () => {
  it('answers every sign-in under way, takes no new one, and leaves nothing behind (K04)', async () => {
    house = await makeInstallation({ GATEHOUSE_REFUSAL_MS: '1500' })
    server = await startServer({
      environment: { ...house.environment, GATEHOUSE_DATA: await house.dataFolder('drain') },
    })
    const door = openDoor(server)
    const started = await Promise.all(
      Array.from({ length: 20 }, async (_, number) => {
        const browser = new Browser(() => door)
        const first = await browser.get(authorization('jwt').url)
        return { browser, page: await browser.submit(first, { username: `nobody-${number}` }, '/username') }
      }),
    )
    let answered = 0
    const answers = started.map(async ({ browser, page }) => {
      // Only the answer to the form: the page it leads to is fetched from whoever has taken over.
      const { status } = await browser.submitTo(door, page, { password: 'wrong' }, '/password')
      answered += 1
      return status
    })
    // Answered by the same process after it has taken the others in: it is in the middle of all of them.
    await send(door, { method: 'GET', path: '/health/live' })
    expect(answered).toBe(0)
    const stopped = server.stop()
    expect(await Promise.all(answers)).toStrictEqual(Array.from({ length: 20 }, () => 303))
    await stopped
    expect(server.lines.at(-1)).toMatchObject({ msg: 'stopped' })
    expect(failuresOf(server)).toStrictEqual([])
  }, 60_000)
})
