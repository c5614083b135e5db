import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { statusesOf } from '../operation.ts'
import type { Operation } from '../operation.ts'
import { secureAuthOperations } from './operations.ts'

/** Beside the repository; not part of it. */
const folder = join(import.meta.dirname, '../../../../../shared/secureauth')
const files = { system: 'system.yaml', identity: 'identitysystem.yaml' } as const
const isThere = Object.values(files).every((file) => existsSync(join(folder, file)))

interface Described {
  readonly method: string
  readonly path: string
  readonly scopes: readonly string[]
  readonly statuses: readonly number[]
  readonly query: readonly string[]
  /** Fields of the body, and those it must have. */
  readonly fields: readonly string[]
  readonly required: readonly string[]
  /** Fields that the answer must have, by the field that holds them where it is a list. */
  readonly answered: readonly string[]
}

type Yaml = { [name: string]: Yaml | string | string[] }

/** Statuses of ours that the description does not have: before every operation, and where a rule of ours may refuse. */
const added: Readonly<Record<string, readonly number[]>> = {
  getOrganization: [412],
  updateOrganization: [412],
  deleteOrganization: [409, 412],
  systemGetPool: [412],
  systemUpdatePool: [412],
  systemDeletePool: [409, 412],
  systemGetUserByKey: [422],
  verifyPassword: [404, 429],
  verifyPasswordV2: [404, 429],
  requestResetPassword: [404],
  completeResetPassword: [404, 429],
  confirmResetPassword: [404, 429],
}
/** Fields of ours that the description does not have (docs/divergences.md). */
const addedFields: Readonly<Record<string, readonly string[]>> = { systemCreateUser: ['legacy'] }

describe.runIf(isThere)('the operations, held against the vendor’s description', () => {
  const described = isThere
    ? new Map([...readDescription('system'), ...readDescription('identity')])
    : new Map<string, Described>()

  it.each(secureAuthOperations.map((row) => [row.operationId, row] as const))('%s', (id, row) => {
    const theirs = described.get(`${row.surface} ${id}`)
    if (!theirs) throw new Error(`the description has no operation ${id}`)
    expect([row.method, row.path, row.scope]).toEqual([theirs.method, theirs.path, theirs.scopes[0]])
    expect(theirs.statuses.filter((status) => !statusesOf(row).has(status))).toEqual([])
    expect(row.refusals.filter((status) => !theirs.statuses.includes(status))).toEqual(added[id] ?? [])
    expect(namesIn(row.query).toSorted()).toEqual(theirs.query.toSorted())
    // We accept whatever they accept, and ask for nothing more.
    expect(namesIn(row.body).toSorted()).toEqual([...theirs.fields, ...(addedFields[id] ?? [])].toSorted())
    expect(requiredIn(row.body).filter((field) => !theirs.required.includes(field))).toEqual([])
    // We give whatever they promise to give.
    expect(theirs.answered.filter((field) => !requiredIn(row.answer).includes(field))).toEqual([])
  })
})

describe.runIf(!isThere)('the operations', () => {
  it('SKIPPED: were not held against the vendor’s description, because its folder is not beside the repository', () => {
    expect(secureAuthOperations.length).toBeGreaterThan(0)
  })
  afterAll(() => console.warn(`NOT COMPARED with the vendor's description: ${folder} is not there`))
})

it('no two operations share a name or an address', () => {
  const names = secureAuthOperations.map(({ operationId }) => operationId)
  const addresses = secureAuthOperations.map(({ surface, method, path }) => `${surface} ${method} ${path}`)
  expect(new Set(names).size).toBe(names.length)
  expect(new Set(addresses).size).toBe(addresses.length)
})

const namesIn = (shape: Operation['body']): string[] =>
  'properties' in shape ? Object.keys(shape.properties as object) : []
const requiredIn = (shape: Operation['body']): string[] => ('required' in shape ? (shape.required as string[]) : [])

function readDescription(surface: keyof typeof files): [string, Described][] {
  const yaml = readYaml(readFileSync(join(folder, files[surface]), 'utf8'))
  const definition = (node: Yaml | string | string[] | undefined): Yaml => {
    const name = /#\/definitions\/(\w+)/.exec(textOf(at(node, 'schema', '$ref')))?.[1]
    return (name === undefined ? {} : at(yaml, 'definitions', name)) as Yaml
  }
  const paths = at(yaml, 'paths') as Yaml
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods as Yaml).map(([method, node]) => {
      const parameters = list(at(node, 'parameters'))
      const body = definition(parameters.find((one) => one['in'] === 'body'))
      const responses = at(node, 'responses') as Yaml
      const success = Object.entries(responses).find(([status]) => status.startsWith('2'))?.[1]
      const named = /#\/responses\/(\w+)/.exec(textOf(at(success, '$ref')))?.[1]
      const answer = definition(named === undefined ? success : at(yaml, 'responses', named))
      const described: Described = {
        method: method.toUpperCase(),
        path,
        scopes: list(at(node, 'security')).flatMap((one) => one['system'] as string[]),
        statuses: Object.keys(responses).map(Number),
        query: parameters.filter((one) => one['in'] === 'query').map((one) => textOf(one['name'])),
        fields: Object.keys((body['properties'] ?? {}) as Yaml),
        required: (body['required'] ?? []) as string[],
        answered: (answer['required'] ?? []) as string[],
      }
      return [`${surface} ${textOf(at(node, 'operationId'))}`, described] as [string, Described]
    }),
  )
}

function at(node: Yaml | string | string[] | undefined, ...names: string[]): Yaml | string | string[] | undefined {
  const [name, ...rest] = names
  if (name === undefined) return node
  return typeof node === 'object' && !Array.isArray(node) ? at(node[name], ...rest) : undefined
}

const textOf = (node: Yaml | string | string[] | undefined): string => (typeof node === 'string' ? node : '')

const list = (node: Yaml | string | string[] | undefined): Yaml[] =>
  Array.isArray(node) ? (node as unknown as Yaml[]) : []

/** As much YAML as the descriptions are written in: maps and lists by indentation, plain, quoted and block texts. */
function readYaml(text: string): Yaml {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.trim().startsWith('#'))
  let next = 0
  const indentOf = (line: string): number => line.length - line.trimStart().length
  const isItem = (line: string): boolean => /^\s*-(\s|$)/.test(line)
  const unquoted = (value: string): string => value.trim().replace(/^(["'])(.*)\1$/, '$2')

  function readBlock(indent: number): Yaml | string[] {
    const isList = isItem(lines[next] ?? '')
    const items: unknown[] = []
    const map: Yaml = {}
    while (next < lines.length) {
      const line = lines[next] ?? ''
      if (indentOf(line) !== indent || isItem(line) !== isList) break
      if (isList) {
        const content = line.slice(indent + 2)
        if (/^[\w$'"/-][^:]*:(\s|$)/.test(content)) {
          lines[next] = `${' '.repeat(indent + 2)}${content}`
          items.push(readBlock(indent + 2))
        } else {
          next += 1
          items.push(unquoted(content))
        }
        continue
      }
      const [, name = '', value = ''] = /^\s*("[^"]*"|'[^']*'|[^:]+?):(?:\s+(.*))?$/.exec(line) ?? []
      next += 1
      map[unquoted(name)] = readValue(indent, value)
    }
    return isList ? (items as string[]) : map
  }

  function readValue(indent: number, value: string): Yaml | string | string[] {
    const following = lines[next] ?? ''
    const isDeeper = indentOf(following) > indent || (indentOf(following) === indent && isItem(following))
    if (value === '' && isDeeper && next < lines.length) return readBlock(indentOf(following))
    // A text that goes on, or a block text: its lines are deeper than its name.
    while (next < lines.length && indentOf(lines[next] ?? '') > indent) next += 1
    return unquoted(value)
  }

  return readBlock(0) as Yaml
}
