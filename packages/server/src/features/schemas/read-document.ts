import { RE2JS } from 're2js'
import { Type } from 'typebox'
import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { Problem } from '../../problem/index.ts'

/** A schema that was read by `readDocument`, or is stored because it was. */
export type SchemaDocument = Readonly<Record<string, unknown>>

/** Room for a person's data and little more: judging takes at most parts times values. */
const most = { parts: 200, levels: 8, characters: 32_000, patternCharacters: 500, patternSteps: 2000 }

const number = Type.Integer()
const length = Type.Integer({ minimum: 0 })
const texts = Type.Array(Type.String({ maxLength: 300 }), { maxItems: 500 })

/** Words that hold no schema of their own. */
const plain: Readonly<Record<string, TSchema>> = {
  additionalProperties: Type.Boolean(),
  const: Type.String(),
  dependentRequired: Type.Record(Type.String(), texts),
  description: Type.String(),
  enum: Type.Array(Type.String(), { minItems: 1, maxItems: 500, uniqueItems: true }),
  exclusiveMaximum: number,
  exclusiveMinimum: number,
  hidden: Type.Boolean(),
  maxContains: length,
  maxItems: length,
  maxLength: length,
  maxProperties: length,
  maximum: number,
  minContains: length,
  minItems: length,
  minLength: length,
  minProperties: length,
  minimum: number,
  multipleOf: Type.Integer({ minimum: 1 }),
  pattern: Type.String(),
  required: texts,
  title: Type.String(),
  type: Type.Enum(['array', 'boolean', 'integer', 'null', 'number', 'object', 'string']),
  uniqueItems: Type.Boolean(),
}

/** Words that hold schemas: one, a list, or one for each name. */
const holding: ReadonlyMap<string, 'one' | 'list' | 'named'> = new Map([
  ...(['contains', 'else', 'if', 'items', 'not', 'propertyNames', 'then'] as const).map(
    (word) => [word, 'one'] as const,
  ),
  ...(['allOf', 'anyOf', 'oneOf'] as const).map((word) => [word, 'list'] as const),
  ...(['dependentSchemas', 'patternProperties', 'properties'] as const).map((word) => [word, 'named'] as const),
])

/**
 * Reads a schema that a caller wants kept. There is no word for references, so it is whole and ends.
 *
 * @throws Problem `request.invalid` for a word that is not the vendor's, one of another type, a pattern that needs more
 * than linear time, too many parts, levels or characters; `details.field` says where
 */
export function readDocument(given: Readonly<Record<string, unknown>>): SchemaDocument {
  if (JSON.stringify(given).length > most.characters) refuse('schema', `holds more than ${most.characters} characters`)
  const parts = { left: most.parts, patternStepsLeft: most.patternSteps }
  readPart(given, 'schema', 1, parts)
  return given
}

interface Left {
  left: number
  patternStepsLeft: number
}

function readPart(given: unknown, at: string, level: number, left: Left): void {
  if (!isObject(given)) refuse(at, 'is no schema')
  if (level > most.levels) refuse(at, `lies deeper than ${most.levels} levels`)
  left.left -= 1
  if (left.left < 0) refuse(at, `is one of more than ${most.parts} schemas`)
  for (const [word, value] of Object.entries(given)) {
    const field = `${at}/${word}`
    const shape = Object.hasOwn(plain, word) ? plain[word] : undefined
    const kind = holding.get(word)
    if (kind) readParts(kind, value, field, level, left)
    else if (!shape) refuse(field, 'is not understood here')
    else if (!Value.Check(shape, value)) refuse(field, 'does not hold what it should')
    if (word === 'pattern') assertLinear(value, field, left)
  }
}

function readParts(kind: 'one' | 'list' | 'named', value: unknown, field: string, level: number, left: Left): void {
  if (kind === 'one') {
    readPart(value, field, level + 1, left)
    return
  }
  if (kind === 'list') {
    if (!Array.isArray(value) || value.length === 0) refuse(field, 'is no list of schemas')
    for (const [index, one] of value.entries()) readPart(one, `${field}/${index}`, level + 1, left)
    return
  }
  if (!isObject(value)) refuse(field, 'holds no schemas by name')
  for (const [name, one] of Object.entries(value)) {
    if (field.endsWith('/patternProperties')) assertLinear(name, field, left)
    readPart(one, `${field}/${name.slice(0, 100)}`, level + 1, left)
  }
}

// Divergence D-32
/** What an automaton can run takes time by the length of the text; look-around and back-references are what it cannot. */
function assertLinear(pattern: unknown, field: string, left: Left): void {
  if (typeof pattern !== 'string' || pattern.length > most.patternCharacters) {
    refuse(field, `holds a pattern of more than ${most.patternCharacters} characters`)
  }
  try {
    left.patternStepsLeft -= compilePattern(pattern).programSize()
  } catch {
    refuse(field, 'holds a pattern that is none, or that looks around or back')
  }
  if (left.patternStepsLeft < 0) refuse(field, 'holds a pattern that is too large')
}

/** As ECMA-262 spells patterns, without what takes more than linear time. */
export const compilePattern = (pattern: string): RE2JS => RE2JS.compile(RE2JS.translateRegExp(pattern))

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function refuse(field: string, what: string): never {
  throw new Problem('request.invalid', `The schema cannot be kept: a part of it ${what}.`, { details: { field } })
}
