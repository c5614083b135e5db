import { createHmac, timingSafeEqual } from 'node:crypto'
import type { SignInFlow } from './flow.ts'

/** The proof that a caller was sent a sign-in: unguessable, of this sign-in alone, and of no use when that is over. */
export interface LoginStates {
  of(flow: Pick<SignInFlow, 'flowId' | 'issuerPath'>): string
  isOf(flow: Pick<SignInFlow, 'flowId' | 'issuerPath'>, given: string | undefined): boolean
}

/** Reckoned from the sign-in, so that nothing is kept and a browser that comes again is sent on with the same. */
export function loginStates(key: Uint8Array): LoginStates {
  const of: LoginStates['of'] = ({ flowId, issuerPath }) =>
    createHmac('sha256', key).update(`login state ${issuerPath} ${flowId}`).digest('base64url')
  return {
    of,
    isOf(flow, given) {
      const [mine, theirs] = [Buffer.from(of(flow)), Buffer.from(given ?? '')]
      return mine.length === theirs.length && timingSafeEqual(mine, theirs)
    },
  }
}

/** Where the browser is sent to prove who it is, with words of ours in the query. @param page without a query */
export const loginAddress = (
  states: LoginStates,
  page: string,
  flow: Pick<SignInFlow, 'flowId' | 'issuerPath'>,
): string => `${page}?${new URLSearchParams({ login_id: flow.flowId, login_state: states.of(flow) }).toString()}`
