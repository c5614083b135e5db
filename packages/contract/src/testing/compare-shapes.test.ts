import { Type } from 'typebox'
import { describe, expect, it } from 'vitest'
import { differencesOf, parameterDifferences } from './compare-shapes.ts'
import type { Description, DescribedShape } from './descriptions.ts'

const definitions: Readonly<Record<string, DescribedShape>> = {
  Person: {
    type: 'object',
    required: ['name'],
    properties: {
      name: { type: 'string' },
      state: { type: 'string', enum: ['on', 'off'] },
      friends: { type: 'array', items: { $ref: '#/definitions/Person' } },
    },
  },
}
const description: Description = {
  operations: [],
  resolve: (shape) => (shape.$ref === undefined ? shape : (definitions[shape.$ref.split('/').at(-1) ?? ''] ?? {})),
  faultsOf: () => [],
}
const person: DescribedShape = { $ref: '#/definitions/Person' }

const ours = {
  name: Type.String(),
  state: Type.Optional(Type.Enum(['on', 'off'])),
  friends: Type.Optional(Type.Array(Type.Object({ name: Type.String() }))),
}

describe('the comparison with a description', () => {
  it('finds nothing where nothing differs, and follows a shape into itself no further', () => {
    expect(differencesOf(Type.Object(ours), person, 'request', description)).toEqual([])
  })

  it.each([
    ['a field of theirs that is missing', { name: ours.name, friends: ours.friends }, 'state: only theirs'],
    ['a field of ours that they do not have', { ...ours, age: Type.Optional(Type.Integer()) }, 'age: only ours'],
    ['another type', { ...ours, name: Type.Integer() }, 'name: integer, theirs string'],
    ['a value that is missing', { ...ours, state: Type.Optional(Type.Enum(['on'])) }, 'state: without off'],
    ['a value too many', { ...ours, state: Type.Optional(Type.Enum(['on', 'off', 'so'])) }, 'state: also so'],
    ['any value where they name them', { ...ours, state: Type.Optional(Type.String()) }, 'state: any, theirs one of 2'],
    [
      'another type within a list',
      { ...ours, friends: Type.Optional(Type.Array(Type.String())) },
      'friends[]: string, theirs object',
    ],
    ['a request that asks for more', { ...ours, state: Type.Enum(['on', 'off']) }, 'state: asked for'],
  ])('finds %s', (_, fields, line) => {
    expect(differencesOf(Type.Object(fields), person, 'request', description)).toEqual([line])
  })

  it('finds an answer that promises less', () => {
    const shape = Type.Object({ ...ours, name: Type.Optional(Type.String()) })
    expect(differencesOf(shape, person, 'answer', description)).toEqual(['name: not promised'])
  })

  it('compares the parameters of an address by name and type', () => {
    const theirs = [{ in: 'query', name: 'limit', type: 'integer' }] as const
    expect(parameterDifferences(Type.Object({ limit: Type.String() }), theirs, description)).toEqual([
      'limit: string, theirs integer',
    ])
  })
})
