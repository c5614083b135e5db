import { AsyncLocalStorage } from 'node:async_hooks'
import type { Tx } from '../../platform/db/index.ts'
import type {
  Answer,
  ArtifactChange,
  LoginResult,
  OidcAccount,
  OidcIssuer,
  OidcNeeds,
  ProtocolEvent,
  RequestFacts,
  Use,
  Work,
} from './needs.ts'

type Found = Awaited<ReturnType<OidcNeeds['readArtifact']>>

/**
 * What one request of the protocol reads and wants to write. The engine writes piece by piece and never looks whether a
 * `consume` won; here the writes wait until the answer is known and are then committed together, with a consume that
 * must win (security of single-use codes and refresh tokens).
 */
export class UnitOfWork {
  readonly issuer: OidcIssuer
  readonly facts: RequestFacts
  readonly events: ProtocolEvent[] = []
  readonly also: ((tx: Tx) => Promise<void>)[] = []
  /** Why the engine refused, for the audit; the answer itself stays coarse. */
  refusal: { readonly error: string; readonly detail: string } | undefined
  begun: { login: LoginResult; sessionUid: string } | undefined
  answer: Answer | undefined
  joined: Work['joined']
  readonly #needs: OidcNeeds
  readonly #changes: ArtifactChange[] = []
  readonly #overlay = new Map<string, Found>()
  #resources: ReturnType<OidcNeeds['resources']> | undefined
  readonly #clients = new Map<string, ReturnType<OidcNeeds['findClient']>>()
  readonly #reads = new Map<string, Promise<Found>>()
  readonly #accounts = new Map<string, Promise<OidcAccount | undefined>>()

  constructor(needs: OidcNeeds, issuer: OidcIssuer, facts: RequestFacts) {
    this.#needs = needs
    this.issuer = issuer
    this.facts = facts
  }

  get changes(): readonly ArtifactChange[] {
    return this.#changes
  }

  async find(model: string, id: string): Promise<Found> {
    const key = `${model} ${id}`
    if (this.#overlay.has(key)) return this.#overlay.get(key)
    return this.#once(key, async () => {
      const found = await this.#needs.readArtifact(this.issuer, model, id)
      if (found && leadsOn.has(model)) this.#readAhead(found.payload)
      return found
    })
  }

  async findSession(uid: string): Promise<Found> {
    for (const [key, found] of this.#overlay) {
      if (key.startsWith('Session ') && found?.payload['uid'] === uid) return found
    }
    return this.#once(`uid ${uid}`, () => this.#needs.readSession(this.issuer, uid))
  }

  /** Asked once a request: what changed meanwhile is judged when the work is committed. */
  #once(key: string, read: () => Promise<Found>): Promise<Found> {
    const asked = this.#reads.get(key) ?? read()
    this.#reads.set(key, asked)
    return asked
  }

  /** The engine will ask for these one after the other; asked for together, they take one journey to the database. */
  #readAhead(payload: Readonly<Record<string, unknown>>): void {
    const { grantId, sessionUid, accountId } = payload
    const uid = typeof sessionUid === 'string' ? sessionUid : undefined
    const reads: Promise<unknown>[] = []
    if (typeof grantId === 'string') reads.push(this.find('Grant', grantId))
    if (uid !== undefined && useOf(payload) === 'session') reads.push(this.findSession(uid))
    if (typeof accountId === 'string') reads.push(this.findAccount(accountId, uid, useOf(payload), true))
    // Who asks for it hears of a failure.
    Promise.all(reads).catch(() => undefined)
  }

  /** Asked once a request, like clients: the engine asks for each of them several times. */
  resources(): ReturnType<OidcNeeds['resources']> {
    return (this.#resources ??= this.#needs.resources(this.issuer))
  }

  findClient(clientId: string): ReturnType<OidcNeeds['findClient']> {
    const asked = this.#clients.get(clientId) ?? this.#needs.findClient(this.issuer, clientId)
    this.#clients.set(clientId, asked)
    return asked
  }

  /** Asked once a request: the engine asks for its session, its token and its claims separately. */
  findAccount(
    subject: string,
    sessionUid: string | undefined,
    use: Use = 'session',
    withClaims = false,
  ): Promise<OidcAccount | undefined> {
    const key = `${subject} ${sessionUid ?? ''} ${use}`
    const asked = this.#accounts.get(key) ?? this.#needs.findAccount(subject, sessionUid, use, withClaims)
    this.#accounts.set(key, asked)
    return asked
  }

  save(model: string, id: string, payload: Readonly<Record<string, unknown>>, expiresInSeconds: number): void {
    this.#overlay.set(`${model} ${id}`, { payload, consumedAt: undefined })
    this.#changes.push({ kind: 'save', model, id, payload, expiresInSeconds })
  }

  async consume(model: string, id: string): Promise<void> {
    const found = await this.find(model, id)
    const grantId = found?.payload['grantId']
    this.#changes.push({ kind: 'consume', model, id, grantId: typeof grantId === 'string' ? grantId : undefined })
  }

  async destroy(model: string, id: string): Promise<void> {
    const uid = model === 'Session' ? (await this.find(model, id))?.payload['uid'] : undefined
    this.#overlay.set(`${model} ${id}`, undefined)
    this.#changes.push({ kind: 'destroy', model, id, sessionUid: typeof uid === 'string' ? uid : undefined })
  }

  revokeGrant(grantId: string): void {
    const isNoted = this.#changes.some((change) => change.kind === 'revoke_grant' && change.grantId === grantId)
    if (!isNoted) this.#changes.push({ kind: 'revoke_grant', grantId })
  }

  revokeToken(tokenId: string, expiresAtSeconds: number): void {
    this.#changes.push({ kind: 'revoke_token', tokenId, expiresAtSeconds })
  }

  /**
   * Forgets what a refused token request would have spent or issued: the answer says no, so nothing was given for it. What
   * the refusal itself ends (a family after reuse) and the assertion that was shown stay.
   */
  refuse(): void {
    const kept = this.#changes.filter((change) =>
      change.kind === 'save' ? change.model === 'ReplayDetection' : change.kind !== 'consume',
    )
    this.#changes.splice(0, this.#changes.length, ...kept)
  }

  /** All of it, once: the changes in the order they were wanted. */
  work(): Work {
    const left = new Set(
      [...this.#overlay].flatMap(([key, found]) => (key.startsWith('Session ') ? [found?.payload['uid']] : [])),
    )
    return {
      issuer: this.issuer,
      // A session that only got another id is not ended.
      changes: this.#changes.map((change) =>
        change.kind === 'destroy' && left.has(change.sessionUid) ? { ...change, sessionUid: undefined } : change,
      ),
      events: this.events,
      begun: this.begun,
      also: this.also,
      answer: this.answer,
      joined: this.joined,
    }
  }
}

/**
 * How long a code or token is good for. Only what says by itself that it was allowed to outlive its session does: an access
 * token by a claim of ours, a code and a refresh token by their scope and the engine's own mark.
 */
export function useOf(token: object): Use {
  const { kind, extra, scope, expiresWithSession } = token as Readonly<Record<string, unknown>>
  if (kind === 'AccessToken')
    return (extra as { offline?: unknown } | undefined)?.offline === true ? 'offline' : 'session'
  return expiresWithSession !== true && isOffline(scope) ? 'offline' : 'session'
}

/** The person allowed the application to keep access, or the company that both belong to did (OpenID Connect Core §11). */
export const isOffline = (scope: unknown): boolean =>
  typeof scope === 'string' && scope.split(' ').includes('offline_access')

/** What is shown at the token endpoint and names a grant, a session and a person. */
const leadsOn: ReadonlySet<string> = new Set(['AuthorizationCode', 'RefreshToken'])

/** The engine gives its adapter no request; this is the one place where something travels by ambient context. */
const current = new AsyncLocalStorage<UnitOfWork>()

export const inUnitOfWork = <T>(unit: UnitOfWork, work: () => Promise<T>): Promise<T> => current.run(unit, work)

export function currentUnit(): UnitOfWork {
  const unit = current.getStore()
  if (!unit) throw new Error('the protocol engine was used outside a request')
  return unit
}
