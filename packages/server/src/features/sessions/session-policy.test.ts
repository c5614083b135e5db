import { describe, expect, it } from 'vitest'
import { addSeconds } from '../../platform/clock/index.ts'
import { endOf, policyOf, sessionLimits } from './session-policy.ts'

const hour = 3600
const day = 24 * hour
const began = new Date('2026-11-21T08:00:00Z')
const session = {
  authenticatedAt: began,
  lastSeenAt: began,
  isRemembered: false,
  expiresAt: addSeconds(began, 12 * hour),
}

describe('the policy of an organization', () => {
  it('is the platform’s where nobody says otherwise: four hours unused, twelve in all, no staying', () => {
    expect(policyOf()).toStrictEqual({
      idleSeconds: 4 * hour,
      absoluteSeconds: 12 * hour,
      mayStaySignedIn: false,
      stayIdleSeconds: 14 * day,
      stayAbsoluteSeconds: 30 * day,
      offlineSeconds: 12 * hour,
      mostSessions: 100,
    })
  })

  it('takes each word from the organization, else from its workspace', () => {
    const policy = policyOf({ idleSeconds: 1800, mayStaySignedIn: true }, { idleSeconds: 900, mostSessions: 3 })
    expect(policy).toMatchObject({
      idleSeconds: 900,
      mayStaySignedIn: true,
      mostSessions: 3,
      absoluteSeconds: 12 * hour,
    })
  })

  it('stays within the platform’s floor and ceiling, whoever asks for what (ASVS 7.3.1, 7.3.2)', () => {
    const names = Object.keys(sessionLimits) as (keyof typeof sessionLimits)[]
    for (const name of names) {
      expect([name, policyOf({}, { [name]: 0 })[name]]).toStrictEqual([name, sessionLimits[name].floor])
      expect([name, policyOf({ [name]: 10 ** 9 })[name]]).toStrictEqual([name, sessionLimits[name].ceiling])
    }
  })
})

describe('a session is over', () => {
  it('when it was not used for as long as the policy allows', () => {
    expect(endOf(session, policyOf())).toStrictEqual({ at: addSeconds(began, 4 * hour), why: 'idle' })
  })

  it('at its longest age, however much it is used (SE10)', () => {
    const used = { ...session, lastSeenAt: addSeconds(began, 11 * hour) }
    expect(endOf(used, policyOf())).toStrictEqual({ at: addSeconds(began, 12 * hour), why: 'expired' })
  })

  it('sooner when the policy became stricter, and no later than promised when it became wider', () => {
    const used = { ...session, lastSeenAt: addSeconds(began, 11 * hour) }
    expect(endOf(used, policyOf({ absoluteSeconds: hour })).at).toStrictEqual(addSeconds(began, hour))
    expect(endOf(used, policyOf({ absoluteSeconds: day })).at).toStrictEqual(addSeconds(began, 12 * hour))
  })

  it('weeks later when the person stays signed in, for as long as that is allowed', () => {
    const staying = { ...session, isRemembered: true, expiresAt: addSeconds(began, 30 * day) }
    expect(endOf(staying, policyOf({ mayStaySignedIn: true }))).toStrictEqual({
      at: addSeconds(began, 14 * day),
      why: 'idle',
    })
    expect(endOf(staying, policyOf()).at).toStrictEqual(addSeconds(began, 4 * hour))
  })
})
