import type { Operation } from '../operation.ts'
import { describedOperation, descriptionOf, hasDescriptions } from './descriptions.ts'

/** One request and what came back. Bodies are undefined where there is none. */
export interface Exchange {
  readonly body: unknown
  readonly status: number
  readonly answer: unknown
}

/**
 * What in an exchange is not as the vendor describes it, by a validator that is not ours; nothing where the descriptions
 * are not there. A request is held only when it was taken: wrong ones are sent on purpose.
 */
export function faultsOfExchange(
  row: Pick<Operation, 'operationId' | 'surface'>,
  { body, status, answer }: Exchange,
): readonly string[] {
  if (!hasDescriptions()) return []
  const theirs = describedOperation(row.surface, row.operationId)
  if (!theirs) return []
  const description = descriptionOf(row.surface)
  const answered = theirs.answers.get(status)
  return [
    ...(status < 300 && theirs.body
      ? description
          .faultsOf(theirs.body, body ?? {})
          .filter(isNoAbsence)
          .map((line) => `body ${line}`)
      : []),
    ...(answered ? description.faultsOf(answered, answer ?? null).map((line) => `answer ${status} ${line}`) : []),
  ]
}

/** What we do not ask for although they do is a difference of the row. */
const isNoAbsence = (line: string): boolean => !line.includes('must have required property')
