import { execFile } from 'node:child_process'
import { platform } from 'node:os'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

/** Says how many threads were told, and the nice value of each thread by its name, in a process of its own. */
const program = `
  import { readFileSync, readdirSync } from 'node:fs'
  import { readFile } from 'node:fs/promises'
  import { getPriority } from 'node:os'
  const { putRequestsFirst } = await import(${JSON.stringify(new URL('request-priority.ts', import.meta.url).href)})
  await readFile('/dev/null')
  const told = putRequestsFirst()
  const threads = readdirSync('/proc/self/task').map((id) => [
    readFileSync('/proc/self/task/' + id + '/comm', 'utf8').trim(),
    getPriority(Number(id)),
  ])
  console.log(JSON.stringify({ told, threads }))`

it.runIf(platform() === 'linux')('password hashing gives way to everything else, and nothing else does', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program])
  const { told, threads } = JSON.parse(stdout) as { told: number; threads: [name: string, nice: number][] }
  const isWorker = ([name]: [string, number]): boolean => name === 'libuv-worker'
  expect(told).toBeGreaterThan(0)
  expect(threads.filter(isWorker).map(([, nice]) => nice)).toEqual(Array.from({ length: told }, () => 10))
  expect(new Set(threads.filter((thread) => !isWorker(thread)).map(([, nice]) => nice))).toEqual(new Set([0]))
})
