import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { LRUCache } from 'lru-cache'
import type Provider from 'oidc-provider'
import { asProblem, oauthError } from '../../problem/index.ts'
import { contentSecurityPolicy, pageHeaders } from '../browser/headers.ts'
import { findAsked, giveWord } from './consent.ts'
import type { ConsentGiver } from './consent.ts'
import type { AskedConsent, ConsentDecision, LoginResult, OidcIssuer, OidcNeeds, RequestFacts, Work } from './needs.ts'
import { keepNonce } from './page-nonce.ts'
import { createProvider } from './provider.ts'
import { acrOf } from './step-up.ts'
import { turnedAway } from './turn-away.ts'
import { inUnitOfWork, UnitOfWork } from './unit-of-work.ts'

interface Engine {
  readonly issuer: OidcIssuer
  readonly provider: Provider
  readonly handle: ReturnType<Provider['callback']>
}

export interface OidcSurface {
  /** Mounts every issuer at `/{tid}/{wid}/…`; more exact routes win over it. */
  mount(
    app: FastifyInstance,
    facts: (request: {
      readonly id: string
      readonly ip: string
      readonly socket: { readonly remoteAddress?: string | undefined }
      readonly headers: IncomingMessage['headers']
    }) => RequestFacts,
    nonce: () => string,
  ): void
  /**
   * Gives an interaction its result, to be written by the caller. @returns undefined when the interaction is gone
   */
  finishInteraction(
    issuer: OidcIssuer,
    interactionId: string,
    login: LoginResult,
    facts: RequestFacts,
  ): Promise<{ readonly redirectTo: string; readonly work: Work } | undefined>
  /** The same with a refusal in the words of RFC 6749 §4.1.2.1, which the application hears. */
  refuseInteraction(
    issuer: OidcIssuer,
    interactionId: string,
    refusal: { readonly error: string; readonly description: string | undefined },
    facts: RequestFacts,
  ): Promise<{ readonly redirectTo: string; readonly work: Work } | undefined>
  /** @returns undefined for an interaction that is gone, asks for no consent, or is not this person's in this session */
  readConsent(issuer: OidcIssuer, interactionId: string, who: ConsentGiver): Promise<AskedConsent | undefined>
  /** Gives it the person's word as its result, to be written by the caller. @returns undefined as above */
  finishConsent(
    issuer: OidcIssuer,
    interactionId: string,
    who: ConsentGiver,
    decision: ConsentDecision,
    facts: RequestFacts,
  ): Promise<{ readonly redirectTo: string; readonly asked: AskedConsent; readonly work: Work } | undefined>
  /** From the next request on, issuers have the keys and settings that stand in the database then. */
  forgetIssuers(): void
}

/** An engine is rebuilt after this time at the latest, so that settings and keys of the database are taken up. */
const engineMilliseconds = 30_000

/** Of tenants, workspaces and organizations; whatever else an address holds is not asked of the database. */
const isIdentifier = /^[\w.~-]{1,200}$/

export function oidcSurface(needs: OidcNeeds): OidcSurface {
  const engines = new LRUCache<string, Promise<Engine | undefined>>({ max: 1000, ttl: engineMilliseconds })

  async function engineOf(tenantId: string, segment: string): Promise<Engine | undefined> {
    const key = `${tenantId}/${segment}`
    const present = engines.get(key)
    // What is no issuer any more answers nothing, however warm its engine is.
    if (present && (await needs.findIssuer(tenantId, segment))) return present
    const made = makeEngine(tenantId, segment)
    engines.set(key, made)
    // A failure, or an issuer that is not there yet, is asked again next time.
    made.then(
      (engine) => engine ?? engines.delete(key),
      () => engines.delete(key),
    )
    return made
  }

  async function makeEngine(tenantId: string, segment: string): Promise<Engine | undefined> {
    if (!isIdentifier.test(tenantId) || !isIdentifier.test(segment)) return undefined
    const issuer = await needs.findIssuer(tenantId, segment)
    if (!issuer) return undefined
    const provider = await createProvider(needs, issuer)
    return { issuer, provider, handle: provider.callback() }
  }

  return {
    mount(app, facts, nonce) {
      app.register(async (scope) => {
        // The engine reads bodies itself.
        scope.removeAllContentTypeParsers()
        scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
        // Before the engine has the request; later it answers errors itself.
        scope.setErrorHandler((thrown, _request, reply) => {
          const problem = asProblem(thrown)
          needs.logError('protocol request failed', problem)
          const { status, contentType, headers, body } = oauthError(problem, '')
          return reply
            .code(status)
            .headers({ ...headers, 'content-type': contentType, 'cache-control': 'no-store' })
            .send(body)
        })
        scope.route<{ Params: { tid: string; wid: string } }>({
          method: ['GET', 'HEAD', 'POST', 'OPTIONS'],
          url: '/:tid/:wid/*',
          exposeHeadRoute: false,
          async handler(request, reply) {
            const { tid, wid } = request.params
            const answered = turnedAway(needs, request, reply, nonce)
            if (answered) return answered
            const engine = await engineOf(tid, wid)
            // The engine would begin a sign-in, or give a code, to whoever asks for the head of that answer.
            const isPublic = request.url.startsWith(`/${tid}/${wid}/.well-known/`)
            if (!engine || (request.method === 'HEAD' && !isPublic)) {
              reply.callNotFound()
              return reply
            }
            const unit = new UnitOfWork(needs, engine.issuer, facts(request))
            reply.hijack()
            const pageNonce = nonce()
            const { raw } = reply
            for (const [name, value] of Object.entries(pageHeaders(needs.isSecure))) {
              if (name !== 'content-type' && name !== 'cache-control') raw.setHeader(name, value)
            }
            raw.setHeader('content-security-policy', contentSecurityPolicy(pageNonce))
            raw.setHeader('x-request-id', unit.facts.requestId)
            // RFC 6749 §5.1 asks for both; discovery and keys are public and may be kept.
            if (!request.url.startsWith(`${engine.issuer.path}/.well-known/`)) {
              raw.setHeader('cache-control', 'no-store')
              raw.setHeader('pragma', 'no-cache')
            } else if (request.url.startsWith(`${engine.issuer.path}/.well-known/jwks.json`)) {
              raw.setHeader('cache-control', `public, max-age=${needs.keySetSeconds}`)
            }
            keepNonce(raw, pageNonce)
            await inUnitOfWork(unit, () => engine.handle(engineRequest(request.raw, needs.origin, engine.issuer), raw))
            return reply
          },
        })
      })
    },
    async finishInteraction(issuer, interactionId, login, facts) {
      const segment = issuer.path.split('/').at(-1) ?? ''
      const engine = await engineOf(issuer.tenantId, segment)
      if (!engine) return undefined
      const unit = new UnitOfWork(needs, engine.issuer, facts)
      return inUnitOfWork(unit, async () => {
        const interaction = await engine.provider.Interaction.find(interactionId)
        if (!interaction) return undefined
        const acr = acrOf(engine.issuer.acrs, [], { methods: login.amr, agoSeconds: 0 })
        interaction.result = { login: { ...login, amr: [...login.amr], ...(acr === undefined ? {} : { acr }) } }
        await interaction.persist()
        return { redirectTo: interaction.returnTo, work: unit.work() }
      })
    },
    async refuseInteraction(issuer, interactionId, { error, description }, facts) {
      const engine = await engineOf(issuer.tenantId, issuer.path.split('/').at(-1) ?? '')
      if (!engine) return undefined
      const unit = new UnitOfWork(needs, engine.issuer, facts)
      return inUnitOfWork(unit, async () => {
        const interaction = await engine.provider.Interaction.find(interactionId)
        if (!interaction) return undefined
        interaction.result = { error, ...(description === undefined ? {} : { error_description: description }) }
        await interaction.persist()
        return { redirectTo: interaction.returnTo, work: unit.work() }
      })
    },
    async readConsent(issuer, interactionId, who) {
      const engine = await engineOf(issuer.tenantId, issuer.path.split('/').at(-1) ?? '')
      if (!engine) return undefined
      const unit = new UnitOfWork(needs, engine.issuer, { requestId: interactionId, ipAddress: '', userAgent: '' })
      return inUnitOfWork(unit, async () => (await findAsked(engine.provider, interactionId, who))?.asked)
    },
    async finishConsent(issuer, interactionId, who, decision, facts) {
      const engine = await engineOf(issuer.tenantId, issuer.path.split('/').at(-1) ?? '')
      if (!engine) return undefined
      const unit = new UnitOfWork(needs, engine.issuer, facts)
      return inUnitOfWork(unit, async () => {
        const found = await findAsked(engine.provider, interactionId, who)
        if (!found) return undefined
        await giveWord(engine.provider, found, who, decision)
        return { redirectTo: found.interaction.returnTo, asked: found.asked, work: unit.work() }
      })
    },
    forgetIssuers: () => engines.clear(),
  }
}

/**
 * The engine believes the Host header and a path of its own. Both are made from our configured origin here, so that no
 * header a client sends can reach an issuer, a link or a cookie.
 */
function engineRequest(raw: IncomingMessage, origin: string, issuer: OidcIssuer): IncomingMessage {
  const { host, protocol } = new URL(origin)
  raw.headers.host = host
  for (const name of ['x-forwarded-host', 'x-forwarded-for', 'forwarded']) delete raw.headers[name]
  raw.headers['x-forwarded-proto'] = protocol.slice(0, -1)
  const original = raw.url ?? '/'
  Object.assign(raw, { originalUrl: original })
  raw.url = original.slice(issuer.path.length) || '/'
  return raw
}
