import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { Ajv } from 'ajv'
import type { ValidateFunction } from 'ajv'
import { parse } from 'yaml'
import type { Surface } from '../operation.ts'

/** JSON Schema as Swagger 2 writes it; `$ref` leads to `#/definitions/…` of its own description. */
export interface DescribedShape {
  readonly $ref?: string
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, DescribedShape>>
  readonly additionalProperties?: DescribedShape | boolean
  readonly items?: DescribedShape
  readonly 'x-nullable'?: boolean
}

/** A parameter of the address, a header or a form field; `enum`, `items` and the like stand beside the name. */
export interface DescribedParameter extends DescribedShape {
  readonly in: 'body' | 'formData' | 'header' | 'path' | 'query'
  readonly name: string
  readonly schema?: DescribedShape
}

/** One operation as the vendor describes it. */
export interface DescribedOperation {
  readonly surface: Surface
  readonly operationId: string
  readonly method: string
  readonly path: string
  readonly summary: string
  /** Empty where none is named. */
  readonly scopes: readonly string[]
  readonly parameters: readonly DescribedParameter[]
  readonly body: DescribedShape | undefined
  /** By status; undefined where an answer has no body. */
  readonly answers: ReadonlyMap<number, DescribedShape | undefined>
}

/** One description, and what its references lead to. */
export interface Description {
  readonly operations: readonly DescribedOperation[]
  /** The shape itself, where a reference stood. */
  resolve(shape: DescribedShape): DescribedShape
  /** What is wrong with a value, a line each; empty when nothing is. By a validator that is not ours. */
  faultsOf(shape: DescribedShape, value: unknown): readonly string[]
}

/** Beside the repository; not part of it. */
export const descriptionsFolder = join(import.meta.dirname, '../../../../../shared/secureauth')

export const descriptionFiles: Readonly<Record<Surface, string>> = {
  admin: 'admin.yaml',
  hub: 'hub.yaml',
  identity: 'identitysystem.yaml',
  self: 'identityself.yaml',
  system: 'system.yaml',
}

export const hasDescriptions = (): boolean =>
  Object.values(descriptionFiles).every((file) => existsSync(join(descriptionsFolder, file)))

const read = new Map<Surface, Description>()

/** Reads a description once. Ask `hasDescriptions` first. */
export function descriptionOf(surface: Surface): Description {
  const found = read.get(surface) ?? readDescription(surface)
  read.set(surface, found)
  return found
}

/** What the vendor says of an operation, if it is the vendor's. */
export const describedOperation = (surface: Surface, operationId: string): DescribedOperation | undefined =>
  descriptionOf(surface).operations.find((operation) => operation.operationId === operationId)

interface Swagger {
  readonly definitions: Readonly<Record<string, DescribedShape>>
  readonly responses: Readonly<Record<string, { readonly schema?: DescribedShape }>>
  readonly paths: Readonly<Record<string, Readonly<Record<string, SwaggerOperation>>>>
}

interface SwaggerOperation {
  readonly operationId: string
  readonly summary?: string
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[]
  readonly parameters?: readonly DescribedParameter[]
  readonly responses: Readonly<Record<string, { readonly $ref?: string; readonly schema?: DescribedShape }>>
}

function readDescription(surface: Surface): Description {
  const swagger = parse(readFileSync(join(descriptionsFolder, descriptionFiles[surface]), 'utf8')) as Swagger
  // Formats are names of the vendor's own types; keywords of Swagger are not JSON Schema's.
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true })
  ajv.addSchema({ $id: 'description', definitions: inJsonSchema(swagger.definitions) as object })
  const compiled = new Map<string, ValidateFunction>()

  return {
    operations: Object.entries(swagger.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        surface,
        operationId: operation.operationId,
        method: method.toUpperCase(),
        path,
        summary: operation.summary ?? '',
        scopes: (operation.security ?? []).flatMap((one) => Object.values(one).flat()),
        parameters: operation.parameters ?? [],
        body: operation.parameters?.find((parameter) => parameter.in === 'body')?.schema,
        answers: new Map(
          Object.entries(operation.responses).map(([status, answer]) => [
            Number(status),
            (answer.$ref === undefined ? answer : swagger.responses[lastOf(answer.$ref)])?.schema,
          ]),
        ),
      })),
    ),
    resolve(shape) {
      let at = shape
      while (at.$ref !== undefined) at = swagger.definitions[lastOf(at.$ref)] ?? {}
      return at
    },
    faultsOf(shape, value) {
      const text = JSON.stringify(shape)
      const validate = compiled.get(text) ?? ajv.compile(inDescription(inJsonSchema(shape)) as object)
      compiled.set(text, validate)
      if (validate(value)) return []
      return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ''}`.trim())
    },
  }
}

const lastOf = (reference: string): string => reference.split('/').at(-1) ?? ''

/** References of a shape that stands outside the description it refers to. */
const inDescription = (node: unknown): unknown =>
  mapped(node, (object) =>
    typeof object['$ref'] === 'string' && object['$ref'].startsWith('#')
      ? { ...object, $ref: `description${object['$ref']}` }
      : object,
  )

/**
 * Swagger's words in those of JSON Schema. A map of "objects" without a word of what they are is a map of anything: their
 * generator writes so, and their own examples put texts into it.
 */
const inJsonSchema = (node: unknown): unknown =>
  mapped(node, ({ 'x-nullable': isNullable, ...object }) => {
    const isMapOfAnything = isDeepStrictEqual(object['additionalProperties'], { type: 'object' })
    const shape = isMapOfAnything
      ? { ...object, additionalProperties: true }
      : isPatchOperation(object)
        ? { ...object, properties: { ...object['properties'], value: {} } }
        : object
    return isNullable === true ? { anyOf: [shape, { type: 'null' }] } : shape
  })

/** The same generator calls the value of a JSON Patch an object; their own examples, and RFC 6902 §4, put texts there. */
const isPatchOperation = (
  object: Record<string, unknown>,
): object is Record<string, unknown> & { readonly properties: object } => {
  const { properties } = object
  return (
    typeof properties === 'object' && properties !== null && ['op', 'path', 'value'].every((name) => name in properties)
  )
}

function mapped(node: unknown, change: (object: Record<string, unknown>) => Record<string, unknown>): unknown {
  if (Array.isArray(node)) return node.map((one) => mapped(one, change))
  if (typeof node !== 'object' || node === null) return node
  return change(Object.fromEntries(Object.entries(node).map(([name, value]) => [name, mapped(value, change)])))
}
