import type { FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from '../../problem/index.ts'
import { contentSecurityPolicy, pageHeaders } from '../browser/headers.ts'
import type { OidcNeeds } from './needs.ts'

/** With `prompt=none` nobody is asked for anything: an application looks after a session that is there (OpenID Connect Core §3.1.2.1). */
const asksNobody = /[?&]prompt=none(?:&|$)/

/**
 * Answers a request that would begin a sign-in when there is no room for one. Nothing has been done for it and nothing is
 * asked of the database, so it is quick however busy everything else is.
 *
 * @returns undefined when it may go on
 */
export function turnedAway(
  needs: OidcNeeds,
  request: FastifyRequest<{ Params: { tid: string; wid: string } }>,
  reply: FastifyReply,
  nonce: () => string,
): FastifyReply | undefined {
  const { method, url } = request
  const { tid, wid } = request.params
  const isAuthorization = url.split('?', 1)[0] === `/${tid}/${wid}/oauth2/authorize`
  if (!isAuthorization || (method !== 'GET' && method !== 'POST') || asksNobody.test(url)) return undefined
  try {
    needs.assertRoomToBegin()
    return undefined
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const pageNonce = nonce()
    const { retryAfterSeconds: seconds = 1 } = error
    return reply
      .code(error.row.status)
      .headers({
        ...pageHeaders(needs.isSecure),
        'content-security-policy': contentSecurityPolicy(pageNonce),
        'retry-after': String(seconds),
        'x-request-id': request.id,
      })
      .send(
        needs.pages.busy({
          nonce: pageNonce,
          requestId: request.id,
          acceptLanguage: request.headers['accept-language'],
          uiLocales: undefined,
          again: { href: method === 'GET' ? url : undefined, seconds },
        }),
      )
  }
}
