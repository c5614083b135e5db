import type Provider from 'oidc-provider'
import { openIdScopes } from './claims.ts'
import type { AskedConsent, ConsentDecision } from './needs.ts'
import { addScopes } from './provider.ts'
import { currentUnit } from './unit-of-work.ts'

/** Who is asked, and in which session: the one that was sent to the page. */
export interface ConsentGiver {
  readonly subject: string
  readonly sessionUid: string
}

type Interaction = InstanceType<Provider['Interaction']>

/** @returns undefined for an interaction that is gone, asks for no consent, or is not this person's in this session */
export async function findAsked(
  provider: Provider,
  interactionId: string,
  who: ConsentGiver,
): Promise<{ readonly interaction: Interaction; readonly asked: AskedConsent } | undefined> {
  const interaction = await provider.Interaction.find(interactionId)
  if (interaction?.prompt.name !== 'consent') return undefined
  const { session } = interaction
  if (session?.accountId !== who.subject || session.uid !== who.sessionUid) return undefined
  const asked = await askedBy(interaction.params)
  return asked && { interaction, asked }
}

/** As the engine has checked it: scopes that the client is registered for, at addresses that are its own. */
async function askedBy(params: Readonly<Record<string, unknown>>): Promise<AskedConsent | undefined> {
  const unit = currentUnit()
  const client = await unit.findClient(text(params['client_id']) ?? '')
  const redirect = URL.parse(text(params['redirect_uri']) ?? '')
  if (client?.isEnabled !== true || !redirect) return undefined
  const wanted = new Set(text(params['scope'])?.split(' '))
  const audiences = new Set([params['resource']].flat())
  const registered = new Set(client.settings.scopes)
  const apis = (await unit.resources())
    .filter(({ audience }) => audiences.has(audience))
    .map(({ audience, name, scopes }) => ({
      audience,
      name,
      scopes: scopes.filter((scope) => wanted.has(scope) && registered.has(scope)),
    }))
    .filter(({ scopes }) => scopes.length > 0)
  const isWeb = redirect.protocol === 'https:' || redirect.protocol === 'http:'
  return {
    clientId: client.clientId,
    clientName: client.name,
    isFirstParty: client.settings.isFirstParty,
    scopes: {
      openid: [...openIdScopes].filter((scope) => wanted.has(scope)),
      apis: Object.fromEntries(apis.map(({ audience, scopes }) => [audience, scopes])),
    },
    apis: apis.map(({ name, scopes }) => ({ name, scopes })),
    redirectHost: isWeb ? redirect.host : redirect.protocol,
    redirectOrigins: isWeb ? [redirect.origin] : [],
    uiLocales: text(params['ui_locales']),
  }
}

/** The engine goes on from here when the browser comes back to it: with a grant of exactly what was asked, or with a no. */
export async function giveWord(
  provider: Provider,
  { interaction, asked }: NonNullable<Awaited<ReturnType<typeof findAsked>>>,
  who: ConsentGiver,
  decision: ConsentDecision,
): Promise<void> {
  if (decision === 'deny') {
    interaction.result = { error: 'access_denied', error_description: 'the person did not allow it' }
  } else {
    const grant = new provider.Grant({ accountId: who.subject, clientId: asked.clientId })
    addScopes(grant, asked.scopes)
    // What was proved on the way here is still true, and must not be asked for again.
    interaction.result = { ...interaction.lastSubmission, consent: { grantId: await grant.save() } }
  }
  await interaction.persist()
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
