import type { FastifyReply, FastifyRequest } from 'fastify'

/** `session`: who is signed in. `browser`: which browser began a sign-in. `sign-out`: the state of a sign-out on its way. */
type CookieName = 'session' | 'browser' | 'sign-out'

/** Over https the prefix binds a cookie to this very host (RFC 6265bis §4.1.3.2); plain http on this machine cannot have it. */
const nameOf = (name: CookieName, isSecure: boolean): string => `${isSecure ? '__Host-' : ''}portal-${name}`

export interface Cookies {
  read(request: FastifyRequest, name: CookieName): string | undefined
  write(reply: FastifyReply, name: CookieName, value: string): void
  remove(reply: FastifyReply, name: CookieName): void
}

/** Cookies that scripts cannot read and other sites' forms do not send; they end with the browser. */
export function createCookies(origin: string): Cookies {
  const secure = origin.startsWith('https:')
  const options = { path: '/', httpOnly: true, sameSite: 'lax', secure } as const
  return {
    read: (request, name) => request.cookies[nameOf(name, secure)],
    write: (reply, name, value) => void reply.setCookie(nameOf(name, secure), value, options),
    remove: (reply, name) => void reply.clearCookie(nameOf(name, secure), options),
  }
}
