import { describe, expect, it } from 'vitest'
import { organizationId } from '../tenancy/index.ts'
import { userId } from '../users/index.ts'
import { nextStep } from './flow.ts'
import type { Proof, SignInFlow } from './flow.ts'

const nowSeconds = 1_800_000_000
const fresh: SignInFlow = {
  flowId: 'f',
  tenantId: 'harbor',
  workspaceId: 'portal',
  issuerPath: '/harbor/portal',
  clientId: 'portal',
  clientName: 'Portal',
  redirectOrigin: undefined,
  fixedOrganizationId: undefined,
  uiLocales: undefined,
  loginHint: 'jane',
  identifier: undefined,
  waitUntilSeconds: undefined,
  proof: undefined,
  recovery: undefined,
  isFinished: false,
  revision: 1,
  expiresAt: new Date(0),
}
const identifier = { typed: 'Jane', lookupText: 'jane' }
const recovery = identifier
const waitUntilSeconds = nowSeconds + 60
const proof: Proof = {
  userId: userId('u'),
  organizationId: organizationId('acme'),
  route: 'pool',
  billerEpoch: 1,
  sessionEpoch: 1,
  generation: 1,
  provedAtSeconds: nowSeconds,
  mustChange: false,
  mustReset: false,
}
const mustChange = { ...proof, mustChange: true }
const mustReset = { ...proof, mustReset: true }
const mustBoth = { ...proof, mustChange: true, mustReset: true }

describe('what the person sees next', () => {
  it.each<[string, Partial<SignInFlow>, object]>([
    ['a new flow asks for the name, whatever the application suggests', {}, { kind: 'username' }],
    ['a flow that recovers without a name asks for it', { recovery }, { kind: 'username' }],
    ['a name asks for the password', { identifier }, { kind: 'password' }],
    ['a wait shows how long', { identifier, waitUntilSeconds }, { kind: 'throttled', waitSeconds: 60 }],
    ['a wait that ends now is over', { identifier, waitUntilSeconds: nowSeconds }, { kind: 'password' }],
    ['a wait that ended is over', { identifier, waitUntilSeconds: nowSeconds - 1 }, { kind: 'password' }],
    ['a wait belongs to a name', { waitUntilSeconds }, { kind: 'username' }],
    ['a proof completes', { identifier, proof }, { kind: 'complete', proof }],
    [
      'a proof completes in spite of an earlier wait',
      { identifier, proof, waitUntilSeconds },
      { kind: 'complete', proof },
    ],
    ['a proof without a name is none', { proof }, { kind: 'username' }],
    ['a password that must be changed is', { identifier, proof: mustChange }, { kind: 'must_change' }],
    ['a password that must be reset is', { identifier, proof: mustReset }, { kind: 'must_reset' }],
    ['reset comes before change', { identifier, proof: mustBoth }, { kind: 'must_reset' }],
    ['a finished flow is finished', { isFinished: true }, { kind: 'finished' }],
    ['a finished flow completes nothing again', { identifier, proof, isFinished: true }, { kind: 'finished' }],
    [
      'a finished flow changes nothing any more',
      { identifier, proof: mustBoth, isFinished: true },
      { kind: 'finished' },
    ],
  ])('%s', (_guarantee, state, step) => {
    expect(nextStep({ ...fresh, ...state }, nowSeconds)).toStrictEqual(step)
  })
})
