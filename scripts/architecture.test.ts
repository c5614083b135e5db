import { dirname } from 'node:path'
import { describe, expect, it } from 'vitest'
import { houseOf, standingHouse } from './house/house.ts'
import type { Texts } from './house/house.ts'
import * as rules from './house/rules.ts'

const standing = standingHouse(dirname(import.meta.dirname))
const src = 'packages/server/src'

/** A small sound house; each planted fault is put on top of it. */
const sound: Texts = {
  'package.json': '{ "name": "house", "devDependencies": { "vitest": "1" } }',
  'packages/contract/package.json': '{ "name": "@house/contract", "exports": { ".": "./src/index.ts" } }',
  'packages/contract/src/index.ts': 'export const a = 1',
  'packages/server/package.json':
    '{ "name": "@house/server", "dependencies": { "@house/contract": "1", "kysely": "1", "oidc-provider": "1" } }',
  [`${src}/platform/db/index.ts`]: "export { sql } from 'kysely'",
  [`${src}/surfaces/oidc/provider.ts`]: "import Provider from 'oidc-provider'",
  [`${src}/features/users/index.ts`]: "export * from './user.ts'",
  [`${src}/features/users/user.ts`]:
    "import { a } from '@house/contract'\nexport const when = (at: number) => new Date(at)",
  [`${src}/features/users/users.store.ts`]: "import { sql } from '../../platform/db/index.ts'\nsql`select 1`",
  [`${src}/features/pools/pool.ts`]: "import { a } from '../users/index.ts'",
  [`${src}/features/pools/pool.test.ts`]: "import { it } from 'vitest'\nimport { compose } from '../../compose.ts'",
  [`${src}/compose.ts`]: "import { a } from './features/users/index.ts'",
}

interface Held {
  readonly guarantee: string
  readonly rule: rules.Rule
  /** Each is one fault, and the sentence expected for it. */
  readonly faults: ReadonlyArray<{ readonly plant: Texts; readonly says: string }>
}

const held: readonly Held[] = [
  {
    guarantee: 'a file imports from its own floor or a lower one',
    rule: rules.floorsAreKept,
    faults: [
      { plant: { [`${src}/platform/a.ts`]: "import { b } from '../features/users/index.ts'" }, says: 'floor above' },
      {
        plant: { [`${src}/surfaces/a.ts`]: "import type { B } from '../features/users/index.ts'" },
        says: 'floor above',
      },
      { plant: { [`${src}/problem/a.ts`]: "import '../platform/db/index.ts'" }, says: 'floor above' },
      { plant: { [`${src}/features/users/a.ts`]: "await import('../../compose.ts')" }, says: 'floor above' },
      {
        plant: { 'packages/server/migrations/a.ts': "import { b } from '../src/features/users/index.ts'" },
        says: 'floor above',
      },
      { plant: { [`${src}/services/a.ts`]: '' }, says: 'stands on no floor' },
    ],
  },
  {
    guarantee: 'a room is entered through its index.ts, and never by itself',
    rule: rules.roomsAreEnteredByTheDoor,
    faults: [
      { plant: { [`${src}/features/pools/a.ts`]: "import { b } from '../users/user.ts'" }, says: 'room users' },
      { plant: { [`${src}/compose.ts`]: "import { b } from './features/users/user.ts'" }, says: 'room users' },
      { plant: { [`${src}/features/users/a.ts`]: "import { b } from './index.ts'" }, says: "own room's" },
    ],
  },
  {
    guarantee: 'no files import each other in a circle, types included',
    rule: rules.noCircles,
    faults: [
      {
        plant: {
          [`${src}/protocol/a.ts`]: "import type { B } from './b.ts'",
          [`${src}/protocol/b.ts`]: "export { c } from './c.ts'",
          [`${src}/protocol/c.ts`]: "type A = import('./a.ts').A",
        },
        says: `a.ts → ${src}/protocol/b.ts → ${src}/protocol/c.ts → ${src}/protocol/a.ts`,
      },
    ],
  },
  {
    guarantee: 'a package imports only what its own package.json names',
    rule: rules.packagesImportWhatTheyName,
    faults: [
      { plant: { [`${src}/a.ts`]: "import fastify from 'fastify'" }, says: 'does not name: fastify' },
      { plant: { [`${src}/a.ts`]: "import { it } from 'vitest'" }, says: 'does not name: vitest' },
      { plant: { 'packages/contract/src/a.ts': "import { b } from '@house/server/b.ts'" }, says: 'does not name' },
      { plant: { [`${src}/a.ts`]: "import '../../contract/src/index.ts'" }, says: 'by path' },
      { plant: { [`${src}/a.ts`]: "import { join } from 'path'" }, says: 'without node:' },
    ],
  },
  {
    guarantee: 'the inside of oidc-provider is imported by one file only',
    rule: rules.providerInternalsHaveOneDoor,
    faults: [
      { plant: { [`${src}/surfaces/oidc/a.ts`]: "import 'oidc-provider/lib/helpers/jwt.js'" }, says: 'the inside of' },
    ],
  },
  {
    guarantee: 'SQL is written in stores, the database door, migrations and legacy adapters only',
    rule: rules.sqlStaysInStores,
    faults: [
      { plant: { [`${src}/features/users/a.ts`]: "import type { Kysely } from 'kysely'" }, says: 'imports kysely' },
      { plant: { [`${src}/features/users/a.ts`]: 'sql<{ a: 1 }>`select 1`' }, says: 'writes SQL' },
      { plant: { [`${src}/surfaces/oidc/adapter.ts`]: "db\n  .selectFrom('users')" }, says: 'adapter.ts:2 writes SQL' },
    ],
  },
  {
    guarantee: 'time comes from the clock',
    rule: rules.timeComesFromTheClock,
    faults: [
      { plant: { [`${src}/features/users/a.ts`]: 'const now = new Date()' }, says: 'asks the machine' },
      { plant: { [`${src}/protocol/a.ts`]: 'const now = new Date' }, says: 'asks the machine' },
      { plant: { [`${src}/protocol/a.ts`]: 'const now = Temporal.Now.instant()' }, says: 'asks the machine' },
    ],
  },
  {
    guarantee: 'no file or folder is a drawer for odds and ends',
    rule: rules.noDrawers,
    faults: [
      { plant: { [`${src}/features/users/utils.ts`]: '' }, says: 'nothing in particular' },
      { plant: { [`${src}/platform/shared/a.ts`]: '' }, says: 'nothing in particular' },
      { plant: { 'e2e/page-helpers.ts': '' }, says: 'nothing in particular' },
    ],
  },
  {
    guarantee: 'a waiver says its reason on its line, and a task left open has an issue',
    rule: rules.waiversSayWhy,
    faults: [
      { plant: { 'demo/a.ts': '// oxlint-disable-next-line no-console' }, says: 'waives a lint rule' },
      { plant: { 'demo/a.ts': '/* eslint-disable */' }, says: 'waives a lint rule' },
      { plant: { 'demo/a.ts': 'a()\n// @ts-expect-error' }, says: 'a.ts:2 waives a type error' },
      { plant: { 'demo/a.ts': '/**\n * TODO: later\n */' }, says: 'a.ts:2 leaves a task' },
    ],
  },
]

describe.each(held)('$guarantee', ({ rule, faults }) => {
  it('holds here', () => {
    expect(rule(standing)).toEqual([])
  })

  it('is not claimed against a sound house', () => {
    expect(rule(houseOf(sound))).toEqual([])
  })

  it.each(faults)('notices a planted fault: $says', ({ plant, says }) => {
    const found = rule(houseOf({ ...sound, ...plant }))
    expect(found).toHaveLength(1)
    expect(found[0]).toContain(says)
  })
})

it('reads the whole house: the rules look at this very file and at the server', () => {
  expect([...standing.files.keys()]).toEqual(
    expect.arrayContaining(['scripts/architecture.test.ts', `${src}/platform/clock/index.ts`]),
  )
})

it('accepts a waiver that names its rule and its reason', () => {
  const text = `// oxlint-disable-next-line no-console -- people read this script's output
// @ts-expect-error the library declares this field too narrowly
// TODO #12: drop this when every installation has migrated`
  expect(rules.waiversSayWhy(houseOf({ 'demo/a.ts': text }))).toEqual([])
})
