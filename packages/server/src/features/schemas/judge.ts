import { Ajv2019 } from 'ajv/dist/2019.js'
import type { ErrorObject, ValidateFunction } from 'ajv/dist/2019.js'
import { LRUCache } from 'lru-cache'
import { compilePattern } from './read-document.ts'
import type { SchemaDocument } from './read-document.ts'

/** Compiled schemas, by their own text: a schema that is changed, or made again under its id, is another one. */
const compiled = new LRUCache<string, ValidateFunction>({ max: 200 })

/** Length of texts times size of patterns, in one judgement: some hundred milliseconds at worst. */
const mostPatternWork = 50_000_000
let patternWork = 0

/**
 * Where the value does not meet the schema, and by which word: `{ '/name': 'minLength' }`. Empty where it does. Not every
 * place of many; never what stands there.
 */
export function faultsOf(document: SchemaDocument, value: unknown): Readonly<Record<string, string>> {
  const text = JSON.stringify(document)
  let judge = compiled.get(text)
  if (!judge) compiled.set(text, (judge = compile(document)))
  patternWork = 0
  try {
    if (judge(value)) return {}
  } catch (thrown) {
    if (thrown instanceof TooMuchText) return { '': 'pattern' }
    throw thrown
  }
  return Object.fromEntries((judge.errors ?? []).slice(0, 10).map((fault) => [placeOf(fault), fault.keyword]))
}

/** A missing field, or one too many, is named itself and not by what it is missing from. */
function placeOf({ instancePath, params }: ErrorObject): string {
  const { missingProperty, additionalProperty } = params as Readonly<Record<string, unknown>>
  const name = missingProperty ?? additionalProperty
  return (typeof name === 'string' ? `${instancePath}/${name}` : instancePath).slice(0, 300)
}

class TooMuchText extends Error {}

function compile(document: SchemaDocument): ValidateFunction {
  const ajv = new Ajv2019({
    // The document was read word by word when it was saved, and the time to judge grows with every fault looked for.
    validateSchema: false,
    meta: false,
    strict: false,
    allErrors: false,
    // `toString` is a name like any other.
    ownProperties: true,
    logger: false,
    code: { regExp: Object.assign(linear, { code: 'linear' }) },
  })
  // Ajv compares each item with each other one.
  ajv.removeKeyword('uniqueItems')
  ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    validate: (wanted: boolean, items: readonly unknown[]) =>
      !wanted || new Set(items.map(canonical)).size === items.length,
  })
  return ajv.compile(document)
}

function linear(pattern: string) {
  const expression = compilePattern(pattern)
  const size = expression.programSize()
  return {
    test(text: string): boolean {
      patternWork += text.length * size
      if (patternWork > mostPatternWork) throw new TooMuchText()
      return expression.test(text)
    },
    /** Ajv knows patterns apart by this. */
    toString: () => pattern,
  }
}

/** Equal texts for values that JSON Schema calls equal. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_name, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
