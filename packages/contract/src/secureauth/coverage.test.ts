import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { nameOf } from '../operation.ts'
import type { OperationNotOffered } from './not-offered.ts'
import { describedOperation, descriptionsFolder, hasDescriptions } from '../testing/descriptions.ts'
import { notOffered } from './not-offered.ts'
import { secureAuthOperations } from './operations.ts'
import { selfOperations } from './self.ts'
import { stillMissing } from './still-missing.ts'

/** The descriptions that are served whole, by the surface that their operations are named with. */
const whole = { identity: 'identitysystem.yaml', self: 'identityself.yaml', system: 'system.yaml' } as const

const described = (): string[] =>
  Object.entries(whole).flatMap(([surface, file]) => {
    const { paths } = parse(readFileSync(join(descriptionsFolder, file), 'utf8')) as {
      readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId: string }>>>>
    }
    return Object.values(paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => `${surface}.${operationId}`),
    )
  })
const nameOfRow = ({ surface, operationId }: OperationNotOffered): string => `${surface}.${operationId}`
const served = new Set([...secureAuthOperations.map(nameOf), ...selfOperations.map(nameOf)])

describe.runIf(hasDescriptions())('every operation of the descriptions that are promised whole', () => {
  it('is served, or refused by name, or on the list of what is missing', () => {
    const known = new Set([...served, ...notOffered.map(nameOfRow), ...stillMissing])
    expect(described().filter((name) => !known.has(name))).toEqual([])
  })

  it('is on that list only while it is missing, and only if it is there', () => {
    const all = new Set(described())
    expect(stillMissing.filter((name) => !all.has(name) || served.has(name))).toEqual([])
  })

  it.each(notOffered.map((row) => [nameOfRow(row), row] as const))('%s is refused as it is described', (_, row) => {
    const theirs = describedOperation(row.surface, row.operationId)
    expect([row.method, row.path, [row.scope]]).toEqual([theirs?.method, theirs?.path, theirs?.scopes])
  })
})

it('no operation is both served and refused, and fourteen are refused', () => {
  expect(notOffered.map(nameOfRow).filter((name) => served.has(name))).toEqual([])
  expect(new Set(notOffered.map(nameOfRow)).size).toBe(14)
})
