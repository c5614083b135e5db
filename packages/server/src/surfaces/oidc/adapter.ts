import { errors } from 'oidc-provider'
import type { Adapter, AdapterPayload } from 'oidc-provider'
import type { OidcNeeds } from './needs.ts'
import { clientMetadata } from './clients.ts'
import { lifetimes } from './lifetimes.ts'
import { currentUnit } from './unit-of-work.ts'

/** For how long a refresh token that was just rotated is refused without ending its family: tabs and retries race. */
const raceSeconds = 5

/** Storage of one model of the engine: reads now, writes when the request's unit of work is committed. */
export function adapterFor(needs: OidcNeeds, model: string): Adapter {
  if (model === 'Client') return clientAdapter(needs)
  return {
    async upsert(id, payload, expiresIn) {
      // Without a lifetime the engine means for ever; nothing here is, so it gets the longest.
      currentUnit().save(model, id, payload as Readonly<Record<string, unknown>>, expiresIn ?? lifetimes.grant)
    },
    async find(id) {
      const found = await currentUnit().find(model, id)
      if (!found) return undefined
      if (found.consumedAt === undefined) return found.payload as AdapterPayload
      const ageSeconds = needs.nowSeconds() - Math.floor(found.consumedAt.getTime() / 1000)
      if (model === 'RefreshToken' && ageSeconds <= raceSeconds) {
        throw new errors.InvalidGrant('refresh token was used a moment ago')
      }
      return { ...found.payload, consumed: Math.floor(found.consumedAt.getTime() / 1000) } as AdapterPayload
    },
    async findByUid(uid) {
      return (await currentUnit().findSession(uid))?.payload as AdapterPayload | undefined
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
function clientAdapter(needs: OidcNeeds): Adapter {
  const refuse = async (): Promise<never> => {
    throw new Error('clients are not written by the protocol engine')
  }
  return {
    async find(id) {
      const { issuer } = currentUnit()
      const client = await needs.findClient(issuer, id)
      return client?.isEnabled === true ? clientMetadata(client, await needs.resources(issuer)) : undefined
    },
    upsert: refuse,
    findByUid: refuse,
    findByUserCode: refuse,
    consume: refuse,
    destroy: refuse,
    revokeByGrantId: refuse,
  }
}
