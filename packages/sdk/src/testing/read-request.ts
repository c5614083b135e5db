import type { Line, QueryKind } from '../line.ts'

/** A request as the operation and input that it was made from. */
export interface ReadRequest {
  readonly surface: string
  readonly operation: string
  readonly input: Readonly<Record<string, unknown>>
}

/**
 * Finds the operation of a request. Where two paths fit, the one with more fixed words is meant, as at a server. Parameters
 * come back as the values they were before they became text.
 */
export function readRequest(
  table: Readonly<Record<string, Readonly<Record<string, Line>>>>,
  { method, url }: { readonly method: string; readonly url: string },
  body: string,
): ReadRequest | undefined {
  const { pathname, searchParams } = new URL(url)
  const candidates = Object.entries(table).flatMap(([surface, rows]) =>
    Object.entries(rows).flatMap(([operation, line]) => {
      const ids = line.method === method ? idsIn(line.path, pathname) : undefined
      return ids ? [{ surface, operation, line, ids }] : []
    }),
  )
  const [found] = candidates.toSorted((one, other) => Object.keys(one.ids).length - Object.keys(other.ids).length)
  if (!found) return undefined
  const { surface, operation, line, ids } = found
  const { tid: _, ...own } = ids
  const query = Object.fromEntries(
    [...searchParams].map(([name, value]) => [name, fromQuery(value, line.query?.[name])]),
  )
  const input = { ...own, ...query, ...sent(line, body) }
  return { surface, operation, input }
}

function sent({ isLines }: Line, text: string): Readonly<Record<string, unknown>> {
  const read = (part: string): unknown => JSON.parse(part)
  if (isLines) return { lines: text.split('\n').filter(Boolean).map(read) }
  return text === '' ? {} : { body: read(text) }
}

function idsIn(pattern: string, path: string): Readonly<Record<string, string>> | undefined {
  const [words, parts] = [pattern.split('/'), path.split('/')]
  if (words.length !== parts.length) return undefined
  const ids: Record<string, string> = {}
  for (const [index, word] of words.entries()) {
    const part = parts[index] ?? ''
    const name = /^\{(\w+)\}$/.exec(word)?.[1]
    if (name === undefined && word !== part) return undefined
    if (name !== undefined) ids[name] = decodeURIComponent(part)
  }
  return ids
}

function fromQuery(text: string, kind: QueryKind | undefined): unknown {
  switch (kind) {
    case 'list':
      return text.split(',')
    case 'number':
      return Number(text)
    case 'truth':
      return text === 'true'
    case 'text':
    case undefined:
      return text
  }
}
