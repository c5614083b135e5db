import { createHash } from 'node:crypto'
import { SecureAuthError } from '@gatehouse/sdk'
import type { Answer, SecureAuth } from '@gatehouse/sdk'
import { Problem, problems } from '../../problem/index.ts'
import type { ProblemCode } from '../../problem/index.ts'
import type { Caller, Expected } from './identity-backend.ts'

/** One tenant of SecureAuth's cloud, or of another Gatehouse. */
export interface Cloud {
  readonly api: SecureAuth
  /** The tenant's id there. */
  readonly tenant: string
}

/** The cloud that holds the people of a tenant of ours; undefined where none does. */
export type CloudOf = (tenantId: string) => Cloud | undefined

/** What a status of refusal means in an operation, where the cloud does not say it in our own codes. */
export type Meanings = Readonly<Partial<Record<400 | 401 | 404 | 409 | 422, ProblemCode>>>

/** @throws Problem of the meaning of 404: a tenant without a cloud has nothing in it */
export function requireCloud(cloudOf: CloudOf, caller: Caller, absent: ProblemCode): Cloud {
  const cloud = cloudOf(caller.tenantId)
  if (!cloud) throw new Problem(absent)
  return cloud
}

/** Asks, and says a refusal in our words. What is our own fault there (a client without rights) stays an error. */
export async function asked<T>(meanings: Meanings, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (thrown) {
    throw problemOf(thrown, meanings)
  }
}

function problemOf(thrown: unknown, meanings: Meanings): unknown {
  if (!(thrown instanceof SecureAuthError)) return thrown
  const { code, status, details, retryAfterSeconds } = thrown
  const { request_id: _, ...reasons } = details
  const options = {
    cause: thrown,
    ...(Object.keys(reasons).length === 0 ? {} : { details: reasons }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  }
  const meaning = meaningOf(code, status, meanings)
  return meaning === undefined ? thrown : new Problem(meaning, undefined, options)
}

function meaningOf(code: string, status: number | undefined, meanings: Meanings): ProblemCode | undefined {
  if (code === 'sdk.invalid_input') return meanings[404]
  // The token, and not what the operation is about.
  if (code === 'caller.unauthenticated') return undefined
  switch (status) {
    case 400:
    case 401:
    case 404:
    case 409:
    case 422:
      // Another Gatehouse says it exactly; of the vendor's codes nothing is promised.
      return isOurs(code, status) ? code : meanings[status]
    case 412:
      return 'request.conflict'
    case 429:
      return 'request.throttled'
    case undefined:
    case 502:
    case 503:
    case 504:
      return 'server.busy'
    default:
      return undefined
  }
}

const isOurs = (code: string, status: number): code is ProblemCode =>
  code in problems && problems[code as ProblemCode].status === status

/**
 * An entity tag as a number of up to nine digits, as our own tags are. Tags that are such numbers stay what they are; others
 * become one, and two of them the same in one of a thousand million cases.
 */
export function revisionOf(etag: string | undefined): number {
  if (etag === undefined) return 0
  const digits = /^"(\d{1,9})"$/.exec(etag)?.[1]
  return digits === undefined
    ? createHash('sha256').update(etag).digest().readUInt32BE() % 1_000_000_000
    : Number(digits)
}

/** How often a change begins anew when somebody else was faster and the caller minds no state. */
const mostTries = 5

/**
 * Reads, and changes what was read and nothing newer: the cloud compares the tag, so that nobody's change is lost.
 *
 * @throws Problem `request.conflict` when what is there is not what the caller has seen
 */
export async function changed<Body, Result>(
  expected: Expected,
  read: () => Promise<Answer<Body>>,
  write: (body: Body, options: { readonly ifMatch: string | undefined }) => Promise<Result>,
): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    const { body, etag } = await read()
    if (expected !== undefined && !expected.includes(revisionOf(etag))) throw new Problem('request.conflict')
    try {
      return await write(body, { ifMatch: etag })
    } catch (thrown) {
      const isOvertaken = thrown instanceof SecureAuthError && thrown.status === 412
      if (!isOvertaken || expected !== undefined || tries >= mostTries) throw thrown
    }
  }
}
