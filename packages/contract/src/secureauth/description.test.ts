import { afterAll, describe, expect, it } from 'vitest'
import { nameOf, noBody, statusesOf } from '../operation.ts'
import type { Operation, SelfOperation } from '../operation.ts'
import { differencesOf, parameterDifferences } from '../testing/compare-shapes.ts'
import { describedOperation, descriptionOf, descriptionsFolder, hasDescriptions } from '../testing/descriptions.ts'
import { knownDifferences } from './known-differences.ts'
import { secureAuthOperations } from './operations.ts'
import { selfOperations } from './self.ts'

const rows: readonly (Operation | SelfOperation)[] = [...secureAuthOperations, ...selfOperations]

describe.runIf(hasDescriptions())('the operations, held field by field against the vendor’s descriptions', () => {
  it.each(rows.map((row) => [nameOf(row), row] as const))('%s', (name, row) => {
    const found = differences(row)
    // Each has a number in docs/divergences.md; one that is no longer there is taken off the list.
    const known = Object.values(knownDifferences[name] ?? {}).flat()
    expect(found.toSorted()).toEqual(known.toSorted())
  })

  it('no difference is listed of an operation that is not there', () => {
    const names = new Set(rows.map(nameOf))
    expect(Object.keys(knownDifferences).filter((name) => !names.has(name))).toEqual([])
  })
})

describe.runIf(!hasDescriptions())('the operations', () => {
  it('SKIPPED: were not held against the vendor’s descriptions, because their folder is not beside the repository', () => {
    expect(secureAuthOperations.length).toBeGreaterThan(0)
  })
  afterAll(() => console.warn(`NOT COMPARED with the vendor's descriptions: ${descriptionsFolder} is not there`))
})

it('no two operations share a name or an address', () => {
  const names = rows.map(nameOf)
  const addresses = rows.map(({ surface, method, path }) => `${surface} ${method} ${path}`)
  expect(new Set(names).size).toBe(names.length)
  expect(new Set(addresses).size).toBe(addresses.length)
})

function differences(row: Operation | SelfOperation): string[] {
  const theirs = describedOperation(row.surface, row.operationId)
  if ('isOurs' in row && row.isOurs) return theirs ? ['the description has such an operation'] : []
  if (!theirs) return ['the description has no such operation']
  const description = descriptionOf(row.surface)
  const success = [...theirs.answers].find(([status]) => status < 300)
  const statuses = [...theirs.answers.keys()].filter((status) => !statusesOf(row).has(status))
  const query = theirs.parameters.filter((parameter) => parameter.in === 'query')
  const within = (part: string) => (line: string) => `${part} ${line}`
  return [
    ...(row.method === theirs.method ? [] : [`method: theirs ${theirs.method}`]),
    ...(row.path === theirs.path ? [] : [`path: theirs ${theirs.path}`]),
    ...(theirs.scopes.length === 0 || theirs.scopes.includes('scope' in row ? row.scope : row.access)
      ? []
      : [`scope: theirs ${theirs.scopes.join()}`]),
    ...(success?.[0] === row.status ? [] : [`status: theirs ${success?.[0]}`]),
    ...statuses.map((status) => `status ${status}: only theirs`),
    ...row.refusals.filter((status) => !theirs.answers.has(status)).map((status) => `status ${status}: only ours`),
    ...parameterDifferences(row.query, query, description).map(within('query')),
    ...bodies(row.body, theirs.body, 'body', (ours, their) => differencesOf(ours, their, 'request', description)),
    ...bodies(row.answer, success?.[1], 'answer', (ours, their) => differencesOf(ours, their, 'answer', description)),
  ]
}

function bodies<Shape>(
  ours: object,
  theirs: Shape | undefined,
  part: string,
  compare: (ours: object, theirs: Shape) => string[],
): string[] {
  const isNone = ours === noBody
  if (theirs === undefined) return isNone ? [] : [`${part}: only ours`]
  return isNone ? [`${part}: only theirs`] : compare(ours, theirs).map((line) => `${part} ${line}`)
}
