// The table of docs/secureauth-api.md: what is said of each operation, by whom it is tested, and where it leaves the vendor.
import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as contract from '../packages/contract/src/index.ts'
import {
  addressOf,
  nameOf,
  notOffered,
  secureAuthOperations,
  selfOperations,
  stillMissing,
} from '../packages/contract/src/index.ts'
import { knownDifferences } from '../packages/contract/src/secureauth/known-differences.ts'
import { madeForSdk } from './sdk/made.ts'

const root = dirname(import.meta.dirname)

export const apiHead = ['Operation', 'Method and path', 'Scope', 'Served', 'sdk', 'Tested in', 'Divergences'] as const

/** A row an operation, in the order of their names; those that are promised and missing are last. */
export function apiRows(): readonly (readonly string[])[] {
  const inSdk = sdkOperations()
  const tests = testsNaming()
  const divergences = readFileSync(join(root, 'docs/divergences.md'), 'utf8')
  const numbersOf = (name: string, operationId: string): string => {
    const rows = divergences
      .split('\n')
      .filter((line) => line.startsWith('| D-') && line.includes(`\`${operationId}\``))
    const named = rows.map((line) => /D-\d+/.exec(line)?.[0] ?? '')
    return [...new Set([...Object.keys(knownDifferences[name] ?? {}), ...named])].toSorted().join(', ') || '–'
  }
  const served = [...secureAuthOperations, ...selfOperations].map((row) => [
    `\`${nameOf(row)}\``,
    `${row.method} \`${addressOf(row)}\``,
    'scope' in row ? `\`${row.scope}\`` : accessInWords[row.access],
    'yes',
    inSdk.has(nameOf(row)) ? 'yes' : 'no',
    tests.get(nameOf(row)) ?? '–',
    numbersOf(nameOf(row), row.operationId),
  ])
  const refused = notOffered.map((row) => [
    `\`${row.surface}.${row.operationId}\``,
    `${row.method} \`${addressOf(row)}\``,
    `\`${row.scope}\``,
    '501',
    'no',
    'packages/server/src/surfaces/management/not-offered.test.ts',
    'D-57',
  ])
  const byName = ([one = '']: readonly string[], [other = '']: readonly string[]): number => (one < other ? -1 : 1)
  return [
    ...[...served, ...refused].toSorted(byName),
    ...stillMissing.map((name) => [`\`${name}\``, '–', '–', 'not yet', 'no', '–', '–']),
  ]
}

const accessInWords = {
  any: 'a token of the person',
  manage_ss_profile: '`manage_ss_profile`',
  none: 'none',
  view_ss_profile: '`view_ss_profile`',
} as const

/** What the sdk's own table of calls holds, by surface and name. */
function sdkOperations(): ReadonlySet<string> {
  const text = madeForSdk().find(([path]) => path.endsWith('operations.ts'))?.[1] ?? ''
  const table = text.slice(text.indexOf('export const lines'))
  let surface = ''
  return new Set(
    table.split('\n').flatMap((line) => {
      surface = /^ {2}(\w+): \{$/.exec(line)?.[1] ?? surface
      const name = /^ {4}(\w+): \{ method:/.exec(line)?.[1]
      return name === undefined ? [] : [`${surface}.${name}`]
    }),
  )
}

/** Run on every row alike: being in one of these says nothing about an operation. */
const ofAll = /isolation\.test\.ts$|description\.test\.ts$|coverage\.test\.ts$/

/** The test file that names the operation's row most often, beside those that run every row. */
function testsNaming(): ReadonlyMap<string, string> {
  const files = globSync('packages/*/src/**/*.test.ts', { cwd: root })
    .filter((file) => !ofAll.test(file))
    .toSorted()
    .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }))
    .filter(({ text }) => text.includes("from '@gatehouse/contract'"))
  const found = Object.entries(contract).flatMap(([exported, value]) => {
    const row = [...secureAuthOperations, ...selfOperations].find((one) => (one as unknown) === value)
    if (!row) return []
    const word = new RegExp(String.raw`\b${exported}\b`, 'g')
    const counted = files.map(({ file, text }) => ({ file, count: text.match(word)?.length ?? 0 }))
    const most = counted.reduce((best, one) => (one.count > best.count ? one : best), { file: '', count: 0 })
    return most.count === 0 ? [] : [[nameOf(row), most.file] as const]
  })
  return new Map(found)
}
