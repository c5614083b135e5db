import { isBuiltin } from 'node:module'
import { posix } from 'node:path'
import { packageOf } from './house.ts'
import type { House } from './house.ts'
import type { Named } from './source.ts'

/** One sentence for one broken rule, e.g. `packages/server/src/a.ts:3 imports from a floor above: …`. */
export type Rule = (house: House) => string[]

const server = 'packages/server/src/'

/** From the ground up. `testing` stands on top: it may use everything and nothing may use it but tests. */
const floors = [
  'protocol',
  'problem',
  'platform',
  'surfaces',
  'features',
  'compose',
  'compose.ts',
  'commands.ts',
  'open-installation.ts',
  'serve.ts',
  'main.ts',
  'testing',
]

const isTest = (path: string): boolean => /\.test\.tsx?$/.test(path)
const isForWork = (path: string): boolean =>
  isTest(path) || /(^|\/)testing\//.test(path) || /\.config\.[mc]?ts$/.test(path)

/** `undefined` for a file that stands outside the floors. Migrations stand where the database stands. */
function floorOf(path: string): number | undefined {
  if (path.startsWith('packages/server/migrations/')) return floors.indexOf('platform')
  return path.startsWith(server) ? floors.indexOf(path.slice(server.length).split('/')[0] ?? '') : undefined
}

const roomOf = (path: string): string | undefined => /^packages\/server\/src\/features\/([^/]+)\//.exec(path)?.[1]

interface Step extends Named {
  readonly from: string
  readonly to: string
}

/** Every import that leads to a file of this house, relative or through a package's door. */
function stepsIn(house: House): Step[] {
  return [...house.files].flatMap(([from, { imports }]) =>
    imports.flatMap((found) => {
      const to = fileBehind(house, from, found.text)
      return to === undefined ? [] : [{ ...found, from, to }]
    }),
  )
}

function fileBehind(house: House, from: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier)
  const owner = house.packages.find(({ name }) => name !== '' && name === packageName(specifier))
  if (owner === undefined) return undefined
  const file = owner.doors.get(`.${specifier.slice(owner.name.length)}`)
  return file === undefined ? undefined : posix.join(owner.folder, file)
}

const packageName = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')

export const floorsAreKept: Rule = (house) => [
  ...[...house.files.keys()].filter((path) => floorOf(path) === -1).map((path) => `${path} stands on no floor`),
  ...stepsIn(house)
    .filter(({ from, to }) => {
      const [here, there] = [floorOf(from), floorOf(to)]
      return !isTest(from) && here !== undefined && there !== undefined && here < there
    })
    .map(({ from, line, to }) => `${from}:${line} imports from a floor above: ${to}`),
]

/** A test may knock at the door of its own room: nobody imports a test, so no circle can come of it. */
export const roomsAreEnteredByTheDoor: Rule = (house) =>
  stepsIn(house).flatMap(({ from, line, to }) => {
    const [here, room] = [roomOf(from), roomOf(to)]
    if (room === undefined) return []
    const isDoor = to === `${server}features/${room}/index.ts`
    if (here === room) return isDoor && !isTest(from) ? [`${from}:${line} imports its own room's index.ts`] : []
    return isDoor ? [] : [`${from}:${line} enters the room ${room} beside its index.ts: ${to}`]
  })

/** Each circle is reported once, as the road around it. */
export const noCircles: Rule = (house) => {
  const next = Map.groupBy(stepsIn(house), ({ from }) => from)
  const done = new Set<string>()
  const circles: string[] = []
  const walk = (path: string, road: readonly string[]): void => {
    const seen = road.indexOf(path)
    if (seen !== -1) circles.push(`circle: ${[...road.slice(seen), path].join(' → ')}`)
    if (seen !== -1 || done.has(path)) return
    for (const step of next.get(path) ?? []) walk(step.to, [...road, path])
    done.add(path)
  }
  for (const path of house.files.keys()) walk(path, [])
  return circles
}

/** Scripts, journeys and benchmarks ship to nobody: they may use what any package of the house names. */
const workshop = /^(scripts|e2e|bench)\//

export const packagesImportWhatTheyName: Rule = (house) => {
  const root = house.packages.find(({ folder }) => folder === '')
  const anyName = new Set(house.packages.flatMap(({ name, needs, needsForWork }) => [name, ...needs, ...needsForWork]))
  return [...house.files].flatMap(([path, { imports }]) => {
    const own = packageOf(house, path)
    const allowed = (name: string): boolean => {
      if (own === undefined || name === own.name || own.needs.has(name)) return true
      if (workshop.test(path)) return anyName.has(name)
      if (own === root || isForWork(path)) return own.needsForWork.has(name) || root?.needsForWork.has(name) === true
      return false
    }
    return imports.flatMap(({ text, line }) => {
      if (text.startsWith('.')) {
        const target = packageOf(house, posix.join(posix.dirname(path), text))
        return own === target || workshop.test(path)
          ? []
          : [`${path}:${line} reaches into another package by path: ${text}`]
      }
      if (text.startsWith('node:')) return []
      if (isBuiltin(text)) return [`${path}:${line} names a module of Node without node: ${text}`]
      return allowed(packageName(text)) ? [] : [`${path}:${line} imports what its package.json does not name: ${text}`]
    })
  })
}

export const providerInternalsHaveOneDoor: Rule = (house) =>
  [...house.files].flatMap(([path, { imports }]) =>
    imports
      .filter(({ text }) => text.startsWith('oidc-provider/') && path !== `${server}surfaces/oidc/internals.ts`)
      .map(({ text, line }) => `${path}:${line} imports the inside of oidc-provider: ${text}`),
  )

const databaseModules = /^(kysely|pg|pg-boss|@electric-sql\/pglite)(\/|$)/
const queryWords =
  /(?<![\w$.])sql(?:<[^>`;]*>)?`|\.\s*(?:selectFrom|insertInto|updateTable|deleteFrom|mergeInto|replaceInto|selectNoFrom|executeTakeFirst|executeTakeFirstOrThrow)\s*(?:<[^>;]*>)?\(/g

/** Where SQL may stand. Jobs are kept in the database by a library, so its door names database modules. */
const mayHoldSql = (path: string): boolean =>
  path.endsWith('.store.ts') ||
  path.startsWith('packages/server/migrations/') ||
  ['platform/db/', 'features/legacy/', 'testing/'].some((folder) => path.startsWith(server + folder)) ||
  isTest(path)
const mayNameDatabase = (path: string): boolean => mayHoldSql(path) || path.startsWith(`${server}platform/jobs/`)

export const sqlStaysInStores: Rule = (house) =>
  [...house.files]
    .filter(([path]) => path.startsWith('packages/server/'))
    .flatMap(([path, { imports, code }]) => [
      ...imports
        .filter(({ text }) => databaseModules.test(text) && !mayNameDatabase(path))
        .map(({ text, line }) => `${path}:${line} imports ${text} outside a store`),
      ...(mayHoldSql(path)
        ? []
        : linesWith(code, queryWords).map((line) => `${path}:${line} writes SQL outside a store`)),
    ])

function linesWith(code: string, words: RegExp): number[] {
  return [...code.matchAll(words)].map((match) => code.slice(0, match.index).split('\n').length)
}

/** The other words of this kind are held by the linter; it has no way to say this one. */
export const timeComesFromTheClock: Rule = (house) =>
  [...house.files]
    .filter(
      ([path]) =>
        /^packages\/(server|contract|sdk)\//.test(path) &&
        !/^packages\/[^/]+\/src\/(platform\/|main\.ts$)/.test(path) &&
        !isForWork(path),
    )
    .flatMap(([path, { code }]) =>
      linesWith(
        code,
        /(?<![\w$.])(?:new\s+Date\s*(?:\(\s*\)|(?![\s\w$(.<]))|Date\s*\(\s*\)|Temporal\s*\.\s*Now\b)/g,
      ).map(
        (line) =>
          `${path}:${line} asks the machine for the time: use a clock (platform/clock), handed in as an argument`,
      ),
    )

const drawer = /^(.+-)?(utils?|helpers?)$|^(common|shared|misc)$/

export const noDrawers: Rule = (house) =>
  [...house.files.keys()]
    .filter((path) => path.split('/').some((part) => drawer.test(part.replace(/(\.\w+)+$/, ''))))
    .map((path) => `${path} is named for nothing in particular`)

const lintWaiver = /\b(?:oxlint|eslint)-disable(?:-next-line|-line)?\b(.*)/
const typeWaiver = /@ts-(?:expect-error|ignore|nocheck)\b(.*)/
const openTask = /\b(?:TODO|FIXME|XXX)\b(?!.*#\d)/

/** `// oxlint-disable-next-line RULE -- REASON`, `// @ts-expect-error REASON`, `// TODO #12: …`. */
export const waiversSayWhy: Rule = (house) =>
  [...house.files].flatMap(([path, { comments }]) =>
    comments.flatMap(({ text, line }) =>
      text.split('\n').flatMap((words, offset) => {
        const at = `${path}:${line + offset}`
        const lint = lintWaiver.exec(words)?.[1]
        const type = typeWaiver.exec(words)?.[1]
        if (lint !== undefined && !/^\s+[\w@/-]+.*\s--\s+\S+\s+\S/.test(lint)) {
          return [`${at} waives a lint rule without naming it and its reason (… RULE -- REASON)`]
        }
        if (type !== undefined && !/\w+\W+\w/.test(type)) return [`${at} waives a type error without a reason`]
        return openTask.test(words) ? [`${at} leaves a task without an issue number`] : []
      }),
    ),
  )
