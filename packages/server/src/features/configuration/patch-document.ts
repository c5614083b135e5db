import { applyPatch } from 'rfc6902'
import { Problem } from '../../problem/index.ts'

export interface PatchOperation {
  readonly op: string
  readonly path: string
  readonly from?: string
  readonly value?: unknown
}

/** Names that would reach beyond the document. */
const reaching = /(^|\/)(__proto__|constructor|prototype)(\/|$)/

const most = { operations: 1000, characters: 1000 }

/**
 * The document after the operations, all of them or none. The given one stays as it is.
 *
 * @throws Problem `request.invalid` with the number of the operation that cannot be done
 * @see RFC 6902, RFC 6901
 */
export function patched(document: unknown, operations: readonly PatchOperation[]): unknown {
  const refuse = (at: number, detail: string): never => {
    throw new Problem('request.invalid', detail, { details: { path: `/${at}` } })
  }
  if (operations.length > most.operations) refuse(most.operations, `There are at most ${most.operations} operations.`)
  for (const [at, { op, path, from, value }] of operations.entries()) {
    for (const pointer of from === undefined ? [path] : [path, from]) {
      const isPointer = /^(\/([^~]|~[01])*)?$/.test(pointer) && pointer.length <= most.characters
      if (!isPointer || reaching.test(pointer)) refuse(at, 'The path is no JSON Pointer that may be used here.')
    }
    if ((op === 'move' || op === 'copy') && from === undefined) refuse(at, `${op} needs from.`)
    if ((op === 'add' || op === 'replace' || op === 'test') && value === undefined) refuse(at, `${op} needs a value.`)
  }
  const result = { document: structuredClone(document) }
  // One level down, so that the whole document can be replaced too.
  const inside = structuredClone(operations).map((operation) => ({
    ...operation,
    path: `/document${operation.path}`,
    ...(operation.from === undefined ? {} : { from: `/document${operation.from}` }),
  }))
  const faults = applyPatch(result, inside as Parameters<typeof applyPatch>[1])
  const at = faults.findIndex((fault) => fault !== null)
  if (at >= 0) refuse(at, 'The operation cannot be done: nothing is at its path, or a test failed.')
  return result.document
}

/**
 * @see RFC 7396 §2
 */
export function merged(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch
  const result: Record<string, unknown> = isObject(target) ? { ...target } : {}
  for (const [name, value] of Object.entries(patch)) {
    if (reaching.test(name)) throw new Problem('request.invalid', 'One of the names may not be used here.')
    if (value === null) delete result[name]
    else result[name] = merged(result[name], value)
  }
  return result
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
