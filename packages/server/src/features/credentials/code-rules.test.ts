import { describe, expect, it } from 'vitest'
import { codeRules } from './code-rules.ts'

describe('how long codes of a pool are, and how long they are good for', () => {
  it('is what the pool says for the purpose, and ours where it says nothing', () => {
    const settings = {
      reset_password: { length: 10, ttl: '1m30s' },
      challenge: { length: 7 },
      activation: { ttl: '48h' },
    }
    expect(codeRules(settings, 'password_reset')).toEqual({ digits: 10, lifeSeconds: 90 })
    expect(codeRules(settings, 'challenge')).toEqual({ digits: 7, lifeSeconds: 600 })
    expect(codeRules(settings, 'activation')).toEqual({ digits: 8, lifeSeconds: 172_800 })
    expect(codeRules(settings, 'verify_address')).toEqual({ digits: 6, lifeSeconds: 3600 })
  })

  it('stays within what is safe: six to twelve digits, half a minute to a day, an activation a month (D-10)', () => {
    const tiny = { length: 1, ttl: '1ns' }
    const huge = { length: 4096, ttl: '100000h' }
    expect(codeRules({ challenge: tiny }, 'challenge')).toEqual({ digits: 6, lifeSeconds: 30 })
    expect(codeRules({ challenge: huge }, 'challenge')).toEqual({ digits: 12, lifeSeconds: 86_400 })
    expect(codeRules({ activation: huge }, 'activation')).toEqual({ digits: 12, lifeSeconds: 2_592_000 })
  })

  it.each([undefined, null, 'x', {}, { challenge: null }, { challenge: { length: 0, ttl: '0' } }, { challenge: 7 }])(
    'is ours for %j',
    (settings) => {
      expect(codeRules(settings, 'challenge')).toEqual({ digits: 6, lifeSeconds: 600 })
    },
  )
})
