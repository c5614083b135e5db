import { execFileSync } from 'node:child_process'
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { openEmbedded } from '../../packages/server/src/platform/db/index.ts'
import { created, createPool, createUser, managementToken, text } from '../processes/application.ts'
import type { Person } from '../processes/application.ts'
import { audit } from '../processes/auditor.ts'
import { openDoor, send } from '../processes/door.ts'
import { makeInstallation } from '../processes/installation.ts'
import type { Installation } from '../processes/installation.ts'
import { startServer } from '../processes/server-process.ts'
import type { ServerProcess } from '../processes/server-process.ts'

const mebibytes = 160
const patience = 180_000
let house: Installation | undefined
let server: ServerProcess | undefined

/** A disk of its own in memory, which only the owner of the machine may make. */
async function smallDisk(): Promise<{ readonly path: string } | { readonly missing: string }> {
  const path = await mkdtemp(join(tmpdir(), 'gatehouse-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', path], { stdio: 'pipe' })
    return { path }
  } catch (error) {
    await rm(path, { recursive: true, force: true })
    return { missing: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error) }
  }
}

const disk = await smallDisk()
if ('missing' in disk) console.error(`disk full: NOT RUN (no disk of its own can be made here: ${disk.missing})`)

afterEach(async () => {
  await server?.kill()
  await house?.remove()
  if ('missing' in disk) return
  // Lazily: this process has had files open there too.
  execFileSync('umount', ['-l', disk.path])
  await rm(disk.path, { recursive: true, force: true })
}, patience)

describe.skipIf('missing' in disk)('the embedded database on a disk that is full', () => {
  it(
    'refuses what it cannot keep, says so in the log, loses nothing it acknowledged, and goes on when there is room',
    async () => {
      if ('missing' in disk) return
      house = await makeInstallation()
      await copyFile(join(await house.dataFolder('keys'), 'vault.keys'), join(disk.path, 'vault.keys'))
      const environment = { ...house.environment, GATEHOUSE_DATA: disk.path }
      server = await startServer({ environment })
      const door = openDoor(server)
      const token = await managementToken(door)
      await created(createPool(door, token))
      const kept: (Person & { readonly userId: string })[] = []
      const statuses = new Map<number, number>()
      const create = async (n: number): Promise<number> => {
        const person = { username: `full.${n}`, password: 'steady as a harbour wall' }
        const answer = await createUser(door, token, person)
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
        if (answer.status === 201) kept.push({ ...person, userId: text(answer, 'id') })
        return answer.status
      }
      for (let n = 0; n < 5; n += 1) expect(await create(n)).toBe(201)
      await fill(disk.path)
      // Some writes still find room in files that are there already; then one does not.
      let n = 5
      while (n < 3000 && (await create(n)) === 201) n += 1
      const atFull = kept.length
      for (let more = 0; more < 5; more += 1) await create(n + 1 + more)
      expect([...statuses.keys()].every((status) => [201, 503].includes(status))).toBe(true)
      expect(statuses.size).toBeGreaterThan(1)
      // Once a minute, however many are refused; what else a full disk breaks is not told to callers.
      const said = server.lines.filter(({ msg }) => msg === 'no room on the disk of the database')
      expect(said).toHaveLength(1)
      expect(JSON.stringify(server.lines) + server.words.join('\n')).toMatch(
        /No space left on device|ENOSPC|could not (?:extend|write)/,
      )
      const live = await send(door, { method: 'GET', path: '/health/live' })
      expect(live.status).toBe(200)

      await server.kill()
      await rm(join(disk.path, 'filler'), { force: true })
      server = await startServer({ environment })
      const again = openDoor(server)
      const later = { username: 'after.the.flood', password: 'steady as a harbour wall' }
      const answer = await created(createUser(again, await managementToken(again), later))
      kept.push({ ...later, userId: text(answer, 'id') })
      await server.stop()
      const embedded = await openEmbedded(disk.path)
      try {
        await embedded.pglite.exec('reindex schema public')
        const findings = await audit(
          async (sql, values = []) => (await embedded.pglite.query(sql, [...values])).rows as never,
        )
        const whole = { identifiers: 1, names: 1, homes: 1, passwords: 1, created: 1, credentialCreated: 1 }
        for (const parts of findings.users.values()) expect(parts).toMatchObject(whole)
        for (const { userId, username } of kept) expect(findings.users.get(userId)?.username).toBe(username)
      } finally {
        await embedded.db.close()
      }
      console.log(
        `faults: disk full (tmpfs of ${mebibytes} MiB): ${atFull} users acknowledged before it was full, lost 0; answers ${JSON.stringify([...statuses])}; ` +
          `opened again after ${server.secondsToReady.toFixed(1)} s with room, every index rebuilt`,
      )
    },
    patience,
  )
})

/** Leaves no byte. */
async function fill(path: string): Promise<void> {
  for (const size of [2 ** 20, 4096]) {
    let hasRoom = true
    while (hasRoom) {
      try {
        await writeFile(join(path, 'filler'), Buffer.alloc(size), { flag: 'a' })
      } catch {
        hasRoom = false
      }
    }
  }
}
