import type { Adapter, AdapterPayload } from 'oidc-provider'
import type { OidcNeeds } from './needs.ts'
import { clientMetadata } from './clients.ts'
import { lifetimes, raceSeconds } from './lifetimes.ts'
import { currentUnit } from './unit-of-work.ts'

type Found = NonNullable<Awaited<ReturnType<OidcNeeds['readArtifact']>>>

/** Of these the engine wants to see the expired ones too, and says so in its refusal. */
const judgedByEngine: ReadonlySet<string> = new Set(['AuthorizationCode', 'RefreshToken', 'PushedAuthorizationRequest'])

/**
 * Storage of one model of the engine: reads now, writes when the request's unit of work is committed.
 *
 * What one issuer made is not there for another: organizations share a workspace's rows, and a code or a session of one
 * must not become an ID token of another (RFC 9207 §1). A session that was ended is not there either, so the browser that
 * still has its cookie begins a new one, and nothing that came from the old one revives.
 */
export function adapterFor(
  needs: OidcNeeds,
  model: string,
  asStored: (token: string) => Promise<AdapterPayload | undefined>,
): Adapter {
  if (model === 'Client') return clientAdapter()

  async function isStanding(found: Found): Promise<boolean> {
    const { payload } = found
    if (payload['issuer'] !== currentUnit().issuer.path) return false
    const { accountId, uid, exp } = payload
    // The engine allows fifteen seconds for the clocks of others, here too; ours needs none.
    if (!judgedByEngine.has(model) && typeof exp === 'number' && exp <= needs.nowSeconds()) return false
    if (model !== 'Session' || typeof accountId !== 'string') return true
    return typeof uid === 'string' && (await currentUnit().findAccount(accountId, uid)) !== undefined
  }

  return {
    async upsert(id, payload, expiresIn) {
      const unit = currentUnit()
      // Without a lifetime the engine means for ever; nothing here is, so it gets the longest.
      const seconds = expiresIn ?? lifetimes.grant
      // A sign-in that began with a pushed request spends it when it ends, and must find it then.
      const more = model === 'PushedAuthorizationRequest' ? lifetimes.interaction : 0
      unit.save(model, id, { ...payload, issuer: unit.issuer.path }, seconds + more)
    },
    async find(id) {
      if (model === 'AccessToken' && id.includes('.')) return asStored(id)
      const found = await currentUnit().find(model, id)
      if (!found || !(await isStanding(found))) return undefined
      if (found.consumedAt === undefined) return found.payload
      const ageSeconds = needs.nowSeconds() - Math.floor(found.consumedAt.getTime() / 1000)
      // Rotated a moment ago: the engine judges the request as if it were the first one, and the commit, which loses,
      // answers what that one was answered, or refuses.
      if (model === 'RefreshToken' && ageSeconds <= raceSeconds) return found.payload
      return { ...found.payload, consumed: Math.floor(found.consumedAt.getTime() / 1000) }
    },
    async findByUid(uid) {
      const found = await currentUnit().findSession(uid)
      return found && (await isStanding(found)) ? found.payload : undefined
    },
    async findByUserCode() {
      return undefined
    },
    consume: (id) => currentUnit().consume(model, id),
    destroy: (id) => currentUnit().destroy(model, id),
    async revokeByGrantId(grantId) {
      currentUnit().revokeGrant(grantId)
    },
  }
}

/** Clients are read from their room and never written by the engine. */
function clientAdapter(): Adapter {
  const refuse = async (): Promise<never> => {
    throw new Error('clients are not written by the protocol engine')
  }
  return {
    async find(id) {
      const unit = currentUnit()
      const client = await unit.findClient(id)
      return client?.isEnabled === true ? clientMetadata(client, await unit.resources()) : undefined
    },
    upsert: refuse,
    findByUid: refuse,
    findByUserCode: refuse,
    consume: refuse,
    destroy: refuse,
    revokeByGrantId: refuse,
  }
}
