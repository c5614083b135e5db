import type { World } from '../world.ts'

export interface SentRequest {
  readonly method: string
  readonly url: string
  readonly headers: Headers
  readonly body: string
  readonly redirect: string
}

export type Script = (request: SentRequest, number: number) => Promise<Response> | Response

export const json = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } })

/**
 * A world whose server answers by a script, and whose clock stands still but for waits, which are over at once. Requests for
 * tokens are answered `token-1`, `token-2` … unless the script takes them.
 */
export function scriptedWorld(script: Script, { random = 0.5, onToken }: { random?: number; onToken?: Script } = {}) {
  const calls: SentRequest[] = []
  const tokenRequests: SentRequest[] = []
  const waits: number[] = []
  const timeOuts: AbortController[] = []
  let nowMilliseconds = Date.parse('2026-03-01T00:00:00Z')
  let ids = 0
  const world: World = {
    async fetch(url, init) {
      init?.signal?.throwIfAborted()
      const request: SentRequest = {
        method: init?.method ?? 'GET',
        url: url instanceof Request ? url.url : url.toString(),
        headers: new Headers(init?.headers),
        body: typeof init?.body === 'string' ? init.body : '',
        redirect: init?.redirect ?? 'follow',
      }
      if (request.url.endsWith('/oauth2/token')) {
        tokenRequests.push(request)
        return onToken
          ? onToken(request, tokenRequests.length)
          : json(200, { access_token: `token-${tokenRequests.length}`, expires_in: 600 })
      }
      calls.push(request)
      const { promise, reject } = Promise.withResolvers<never>()
      init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error), { once: true })
      return Promise.race([Promise.resolve(script(request, calls.length)), promise])
    },
    nowMilliseconds: () => nowMilliseconds,
    random: () => random,
    uuid: () => `id-${(ids += 1)}`,
    async pause(milliseconds, signal) {
      signal.throwIfAborted()
      waits.push(milliseconds)
      nowMilliseconds += milliseconds
    },
    timeout() {
      const controller = new AbortController()
      timeOuts.push(controller)
      return controller.signal
    },
  }
  return {
    world,
    calls,
    tokenRequests,
    waits,
    pass(milliseconds: number) {
      nowMilliseconds += milliseconds
    },
    /** As if every time-out that was set were over. */
    endTime() {
      for (const each of timeOuts) each.abort(new DOMException('over', 'TimeoutError'))
    },
  }
}
