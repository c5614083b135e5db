import { describe, expect, it } from 'vitest'
import type { OidcNeeds } from './needs.ts'
import { UnitOfWork } from './unit-of-work.ts'

const issuer = {
  tenantId: 'harbor',
  workspaceId: 'portal',
  organizationId: undefined,
  path: '/harbor/portal',
  acrs: [],
}
/** What this request wrote itself is found without asking anybody. */
const unit = () => new UnitOfWork({} as OidcNeeds, issuer, { requestId: 'r', ipAddress: '', userAgent: '' })

describe('what one request of the protocol writes', () => {
  it('ends the session whose row goes, and not one that only gets another id (SE01)', async () => {
    const signedOut = unit()
    signedOut.save('Session', 'one', { uid: 'u' }, 60)
    await signedOut.destroy('Session', 'one')
    const rotated = unit()
    rotated.save('Session', 'old', { uid: 'u' }, 60)
    await rotated.destroy('Session', 'old')
    rotated.save('Session', 'new', { uid: 'u' }, 60)
    const ended = ({ changes }: ReturnType<UnitOfWork['work']>) =>
      changes.flatMap((change) => (change.kind === 'destroy' ? [change.sessionUid] : []))
    expect(ended(rotated.work())).toStrictEqual([undefined])
    expect(['saved before it went', ended(signedOut.work())]).toStrictEqual(['saved before it went', ['u']])
  })

  it('keeps of a refused request what the refusal ends and what it has seen, and spends nothing', async () => {
    const refused = unit()
    refused.save('ReplayDetection', 'assertion', {}, 60)
    refused.save('RefreshToken', 'kept', { grantId: 'g' }, 60)
    await refused.consume('RefreshToken', 'kept')
    refused.save('AccessToken', 'never-given', {}, 60)
    refused.revokeGrant('g')
    refused.refuse()
    expect(refused.changes).toMatchObject([
      { kind: 'save', model: 'ReplayDetection' },
      { kind: 'revoke_grant', grantId: 'g' },
    ])
  })
})
