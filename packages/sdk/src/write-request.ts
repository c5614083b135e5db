import type { Line } from './line.ts'
import { SecureAuthError } from './secure-auth-error.ts'

/** Everything an operation takes, by the vendor's names: parameters of path and query side by side, and `body`. */
export type AnyInput = Readonly<Record<string, unknown>>

/** @throws SecureAuthError `sdk.invalid_input` for an id that would change the path, and for a field that is not the operation's */
export function addressFor(operation: string, line: Line, tenant: string, input: AnyInput): string {
  const left = new Set(Object.keys(input).filter((name) => name !== 'body' && input[name] !== undefined))
  const path = line.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    left.delete(name)
    return segment(operation, name, name === 'tid' ? tenant : input[name])
  })
  const query = new URLSearchParams()
  for (const name of Object.keys(line.query ?? {})) {
    if (left.delete(name)) query.append(name, inQuery(input[name]))
  }
  const [stranger] = left
  if (stranger !== undefined) throw invalid(operation, `there is no parameter "${stranger}"`)
  return query.size === 0 ? path : `${path}?${query.toString()}`
}

function segment(operation: string, name: string, value: unknown): string {
  // `.` and `..` survive escaping and would climb to another operation.
  if (typeof value !== 'string' || value === '' || value === '.' || value === '..') {
    throw invalid(operation, `"${name}" is missing or is no id`)
  }
  return encodeURIComponent(value)
}

const inQuery = (value: unknown): string => (Array.isArray(value) ? value.join(',') : String(value))

export const invalid = (operation: string, message: string): SecureAuthError =>
  new SecureAuthError({ operation, code: 'sdk.invalid_input', message })
