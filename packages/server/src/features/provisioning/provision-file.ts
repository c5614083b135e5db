import { Type } from 'typebox'
import type { Static } from 'typebox'
import { Value } from 'typebox/value'
import { StartError } from '../../platform/config/index.ts'
import { readJson } from '../../platform/config/sources.ts'
import { sessionLimits } from '../sessions/index.ts'
import { isHostedAddress } from '../tenancy/index.ts'
import type { SignInSettings, Workspace } from '../tenancy/index.ts'

const id = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$' })
const url = Type.String({ pattern: '^https?://' })
const exact = { additionalProperties: false } as const

const brand = Type.Object(
  {
    name: Type.Optional(Type.String({ minLength: 1 })),
    colour: Type.Optional(Type.String({ pattern: '^#[0-9a-fA-F]{6}$' })),
    helpEmail: Type.Optional(Type.String()),
    helpPhone: Type.Optional(Type.String()),
    helpUrl: Type.Optional(url),
  },
  exact,
)

const between = ({ floor, ceiling }: { readonly floor: number; readonly ceiling: number }) =>
  Type.Optional(Type.Integer({ minimum: floor, maximum: ceiling }))

const sessions = Type.Object(
  {
    idleSeconds: between(sessionLimits.idleSeconds),
    absoluteSeconds: between(sessionLimits.absoluteSeconds),
    mayStaySignedIn: Type.Optional(Type.Boolean()),
    stayIdleSeconds: between(sessionLimits.stayIdleSeconds),
    stayAbsoluteSeconds: between(sessionLimits.stayAbsoluteSeconds),
    offlineSeconds: between(sessionLimits.offlineSeconds),
    mostSessions: between(sessionLimits.mostSessions),
  },
  exact,
)

/** Where browsers may be sent; what a pattern cannot say of it, `isHostedAddress` does. */
const hostedAddress = Type.String({ pattern: '^https://[^?#]+$' })

const signIn = Type.Object(
  {
    presentation: Type.Union([Type.Literal('page'), Type.Literal('redirect'), Type.Literal('external')]),
    /** Takes all proof for an `external` presentation. */
    loginPage: Type.Optional(hostedAddress),
    hostedPage: Type.Optional(
      Type.Object(
        { authorizationEndpoint: hostedAddress, issuer: hostedAddress, clientId: Type.String({ pattern: '^[!-~]+$' }) },
        exact,
      ),
    ),
  },
  exact,
)

const acrs = Type.Optional(
  Type.Array(
    Type.Object(
      {
        name: Type.String({ pattern: '^[!-~]+$' }),
        methods: Type.Array(Type.String({ minLength: 1 }), { minItems: 1 }),
        withinSeconds: Type.Optional(Type.Integer({ minimum: 1 })),
      },
      exact,
    ),
    { minItems: 1 },
  ),
)

/** What a workspace says in a provision file and in a configuration alike. */
export const workspaceParts = {
  brand: Type.Optional(brand),
  sessions: Type.Optional(sessions),
  signIn: Type.Optional(signIn),
  acrs,
}

const workspace = Type.Object(
  {
    id,
    name: Type.String({ minLength: 1 }),
    kind: Type.Union([Type.Literal('system'), Type.Literal('admin'), Type.Literal('customer')]),
    usernameScope: Type.Optional(Type.Union([Type.Literal('workspace'), Type.Literal('organization')])),
    brand: Type.Optional(brand),
    sessions: Type.Optional(sessions),
    /** How proof is asked for. Read docs/enumeration.md before choosing `redirect`. */
    signIn: Type.Optional(signIn),
    /** Strengths of sign-in that applications may ask for by name, weakest first. */
    acrs,
  },
  exact,
)

const resource = Type.Object(
  {
    workspace: id,
    audience: url,
    name: Type.String({ minLength: 1 }),
    scopes: Type.Array(Type.String({ pattern: '^[!#-\\[\\]-~]+$' })),
    accessTokenSeconds: Type.Optional(Type.Integer({ minimum: 30, maximum: 86_400 })),
  },
  exact,
)

const client = Type.Object(
  {
    id: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$' }),
    workspace: id,
    name: Type.String({ minLength: 1 }),
    /** Kept as a hash. Random and long: at least 32 characters. */
    secret: Type.Optional(Type.String({ minLength: 32 })),
    authentication: Type.Union([
      Type.Literal('none'),
      Type.Literal('client_secret_basic'),
      Type.Literal('client_secret_post'),
      Type.Literal('private_key_jwt'),
    ]),
    grantTypes: Type.Array(
      Type.Union([
        Type.Literal('authorization_code'),
        Type.Literal('refresh_token'),
        Type.Literal('client_credentials'),
      ]),
      { minItems: 1 },
    ),
    redirectUris: Type.Optional(Type.Array(url)),
    postLogoutRedirectUris: Type.Optional(Type.Array(url)),
    initiateLoginUri: Type.Optional(url),
    scopes: Type.Array(Type.String()),
    jwks: Type.Optional(Type.Object({ keys: Type.Array(Type.Record(Type.String(), Type.Unknown())) }, exact)),
    jwksUri: Type.Optional(url),
    isFirstParty: Type.Optional(Type.Boolean()),
    isPortal: Type.Optional(Type.Boolean()),
    applicationType: Type.Optional(Type.Union([Type.Literal('web'), Type.Literal('native')])),
    requiresPushedRequests: Type.Optional(Type.Boolean()),
    requiresDpop: Type.Optional(Type.Boolean()),
    responseModes: Type.Optional(
      Type.Array(Type.Union([Type.Literal('query'), Type.Literal('fragment'), Type.Literal('form_post')]), {
        minItems: 1,
      }),
    ),
    /** Resources of the workspace that this client is the API of. */
    apiAudiences: Type.Optional(Type.Array(url)),
    backchannelLogoutUri: Type.Optional(url),
  },
  exact,
)

const biller = Type.Object(
  {
    id,
    workspace: id,
    name: Type.String({ minLength: 1 }),
    guid: Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }),
    mode: Type.Union([Type.Literal('legacy'), Type.Literal('concurrent'), Type.Literal('new')]),
    legacyStore: Type.Optional(Type.String()),
    legacyBillerKey: Type.Optional(Type.String()),
    brand: Type.Optional(brand),
    sessions: Type.Optional(sessions),
  },
  exact,
)

export const provisionShape = Type.Object(
  {
    tenant: Type.Object(
      {
        id,
        name: Type.String({ minLength: 1 }),
        /** Made to be shown: `gatehouse serve` refuses a database that holds it. */
        isDemo: Type.Optional(Type.Boolean()),
      },
      exact,
    ),
    workspaces: Type.Array(workspace, { minItems: 1 }),
    resources: Type.Optional(Type.Array(resource)),
    clients: Type.Optional(Type.Array(client)),
    billers: Type.Optional(Type.Array(biller)),
  },
  exact,
)

export type Provision = Static<typeof provisionShape>

/**
 * Reads a provision file.
 *
 * @throws StartError naming the file and the first place in it that cannot be used; values are left out
 */
export async function readProvisionFile(file: string): Promise<Provision> {
  const content = await readJson(file, 'The provision file')
  if (!Value.Check(provisionShape, content)) {
    const [error] = Value.Errors(provisionShape, content)
    const fault = error?.keyword === 'boolean' ? 'is not known here' : (error?.message ?? '')
    throw new StartError(`The provision file ${file} is not valid: ${error?.instancePath ?? ''} ${fault}.`)
  }
  const twice = firstTwice(content)
  if (twice !== undefined) throw new StartError(`The provision file ${file} is not valid: ${twice} stands in it twice.`)
  const wrong = firstWrongSignIn(content)
  if (wrong !== undefined) throw new StartError(`The provision file ${file} is not valid: ${wrong}.`)
  return content
}

/** Words that are well each by itself and not together. */
function firstWrongSignIn({ workspaces }: Provision): string | undefined {
  return workspaces.flatMap((one, at) => {
    const fault = signInFault(one.kind, one.signIn)
    return fault === undefined ? [] : [`/workspaces/${at}/signIn${fault.startsWith('/') ? '' : ' '}${fault}`]
  })[0]
}

/** What of a workspace's sign-in does not go together, in words. */
export function signInFault(kind: Workspace['kind'], settings: SignInSettings | undefined): string | undefined {
  if (settings === undefined) return undefined
  const { presentation, hostedPage, loginPage } = settings
  if (presentation !== 'page' && kind !== 'customer')
    return `/presentation ${presentation} is for workspaces of customers`
  if (presentation === 'external' && loginPage === undefined) return 'is external and names no loginPage'
  if (loginPage !== undefined && !isHostedAddress(loginPage)) {
    return '/loginPage must be an https address in its usual spelling, without user or query'
  }
  if (presentation === 'redirect' && !hostedPage) return 'redirects and names no hostedPage'
  const wrong = (['authorizationEndpoint', 'issuer'] as const).find(
    (name) => hostedPage !== undefined && !isHostedAddress(hostedPage[name]),
  )
  return wrong && `/hostedPage/${wrong} must be an https address in its usual spelling, without user or query`
}

/** What would be one row of the database and is two in the file: the second would be left out without a word. */
function firstTwice({ workspaces, clients = [], billers = [], resources = [] }: Provision): string | undefined {
  const seen = new Set<string>()
  return [
    ...workspaces.map(({ id: one }) => `workspace ${one}`),
    ...resources.map(({ workspace: home, audience }) => `resource ${audience} of ${home}`),
    ...clients.map(({ id: one }) => `client ${one}`),
    ...billers.map(({ id: one }) => `biller ${one}`),
    ...billers.map(({ guid }) => `biller GUID ${guid}`),
    ...billers
      .filter(({ legacyStore, legacyBillerKey }) => legacyStore !== undefined && legacyBillerKey !== undefined)
      .map(({ legacyStore = '', legacyBillerKey = '' }) => `key ${legacyBillerKey} of legacy store ${legacyStore}`),
  ].find((name) => seen.size === seen.add(name).size)
}
