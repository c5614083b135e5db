import type { Line } from './line.ts'
import type { Answer } from './read-reply.ts'
import { SecureAuthError } from './secure-auth-error.ts'
import { invalid } from './write-request.ts'
import type { AnyInput } from './write-request.ts'

/**
 * Every item of a list, page after page, each fetched when the one before is read out. Ends at an empty page: a short one
 * may be a server's that gives less than it was asked for.
 */
export async function* walkList(
  operation: string,
  { list, query }: Line,
  input: AnyInput,
  call: (input: AnyInput) => Promise<Answer<unknown>>,
): AsyncGenerator {
  if (!list) throw invalid(operation, 'it is no list')
  if (Object.keys(input).some((name) => name.startsWith('before_')))
    throw invalid(operation, 'a walk goes forward only')
  const first: AnyInput = query && 'limit' in query ? { limit: 100, ...input } : input
  let after: string | undefined
  for (;;) {
    const { body } = await call(
      list.cursor && after !== undefined ? { ...first, [list.cursor.parameter]: after } : first,
    )
    const page = itemsOf(body, list.items)
    if (!page) throw unreadable(operation)
    yield* page
    if (!list.cursor || page.length === 0) return
    const last: unknown = page.at(-1)?.[list.cursor.field]
    if (typeof last !== 'string') throw unreadable(operation)
    if (last === after) {
      throw new SecureAuthError({ operation, code: 'sdk.list_stands_still', message: 'a page came again' })
    }
    after = last
  }
}

const unreadable = (operation: string): SecureAuthError =>
  new SecureAuthError({
    operation,
    code: 'sdk.unreadable_answer',
    message: 'the answer holds no list that can be walked',
  })

function itemsOf(body: unknown, field: string): readonly Readonly<Record<string, unknown>>[] | undefined {
  const list: unknown = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[field] : undefined
  return Array.isArray(list) ? (list as Record<string, unknown>[]) : undefined
}
