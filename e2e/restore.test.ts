import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, expect, it } from 'vitest'
import { isActive, managementToken, redeem, refresh, text } from './processes/application.ts'
import { authorization, Browser, signIn } from './processes/browser.ts'
import { openDoor } from './processes/door.ts'
import { legacyPerson, makeInstallation } from './processes/installation.ts'
import { failuresOf, runCommand, startServer } from './processes/server-process.ts'
import type { ServerProcess } from './processes/server-process.ts'

const patience = 180_000
const servers: ServerProcess[] = []
const house = await makeInstallation()

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()))
}, patience)

afterAll(() => house.remove(), patience)

async function start(environment: Readonly<Record<string, string>>): Promise<ServerProcess> {
  const server = await startServer({ environment })
  servers.push(server)
  return server
}

it(
  'a backup of a running server is restored, and nothing that was used, open or issued before is good any more (B01)',
  async () => {
    const data = await house.dataFolder('before')
    const environment = { ...house.environment, GATEHOUSE_DATA: data }
    const server = await start(environment)
    const door = openDoor(server)
    const browser = new Browser(() => door)
    const code = await signIn(browser, legacyPerson)
    if (!code) throw new Error('nobody was signed in')
    const tokens = await redeem(door, code)
    expect(tokens.status).toBe(200)
    const [old, refreshToken] = [text(tokens, 'access_token'), text(tokens, 'refresh_token')]
    const management = await managementToken(door)

    const target = join(data, '..', 'backup')
    const backup = await runCommand(['backup', target], environment)
    expect(backup.code).toBe(0)
    expect((await runCommand(['backup', target], environment)).code).toBe(1)
    // After the backup it is used: the restored database will not know.
    expect((await refresh(door, refreshToken)).status).toBe(200)
    expect(await isActive(door, old)).toBe(true)
    await Promise.all(servers.splice(0).map((one) => one.stop()))
    expect(failuresOf(server)).toEqual([])

    const restoredTo = join(data, '..', 'after')
    const later = { ...environment, GATEHOUSE_DATA: restoredTo }
    const restored = await runCommand(['restore', target], later)
    expect(restored).toMatchObject({ code: 0 })
    expect((await runCommand(['restore', target], later)).code).toBe(1)

    // As if the restore had been killed before its last step.
    await writeFile(join(restoredTo, 'must-be-fenced'), '')
    await expect(start(later)).rejects.toThrow(/type "gatehouse fence" first/)
    expect((await runCommand(['fence'], later)).code).toBe(0)

    const again = await start(later)
    const newDoor = openDoor(again)
    expect(await refresh(newDoor, refreshToken)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    expect(await isActive(newDoor, old)).toBe(false)
    expect(await isActive(newDoor, management)).toBe(false)
    // The browser's cookie opens no session: the person is asked.
    const asked = await new Browser(() => newDoor).get(authorization('jwt').url)
    expect(asked.status).toBe(200)
    const anew = await signIn(new Browser(() => newDoor), legacyPerson)
    expect(anew).toBeDefined()
    expect(failuresOf(again)).toEqual([])
    console.log(
      `restore: backup ${backup.seconds.toFixed(1)} s, restore and fence ${restored.seconds.toFixed(1)} s, ready after ${again.secondsToReady.toFixed(1)} s`,
    )
  },
  patience,
)

it(
  'a backup that was changed, or is none, is refused and makes no folder',
  async () => {
    const target = join(await house.dataFolder('changed'), '..', 'backup')
    const environment = { ...house.environment, GATEHOUSE_DATA: join(target, '..', 'nowhere') }
    const file = join(target, 'database.tar.gz')
    const whole = await readFile(file)
    await writeFile(file, whole.subarray(0, -1))
    const refused = await runCommand(['restore', target], environment)
    expect(refused).toMatchObject({ code: 1 })
    expect(refused.words).toContain('The backup is not whole: database.tar.gz is not what was written.')
    await rm(file)
    expect((await runCommand(['restore', target], environment)).words).toContain('The backup is not whole')
    expect((await runCommand(['restore', join(target, 'nothing')], environment)).words).toContain('does not exist')
  },
  patience,
)
