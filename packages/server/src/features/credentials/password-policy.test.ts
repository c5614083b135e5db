import { describe, expect, it } from 'vitest'
import { foldPassword, loadCommonPasswords } from './common-passwords.ts'
import { checkNewPassword, contextWordsOf } from './password-policy.ts'
import type { PasswordRules } from './password-policy.ts'

const open: PasswordRules = { contextWords: [] }

async function refusals(typed: string, rules: PasswordRules = open): Promise<readonly unknown[]> {
  const verdict = await checkNewPassword(typed, rules)
  return verdict.ok ? [] : verdict.refusals
}

describe('the length of a new password', () => {
  it('is 15 characters where it stands alone and 8 with a second factor (NIST SP 800-63B-4)', async () => {
    expect(await refusals('tulips & zebra')).toEqual([{ code: 'too_short', min: 15 }])
    expect(await refusals('tulips & zebras')).toEqual([])
    expect(await refusals('tulips&', { ...open, hasSecondFactor: true })).toEqual([{ code: 'too_short', min: 8 }])
    expect(await refusals('tulips&z', { ...open, hasSecondFactor: true })).toEqual([])
  })

  it('follows the pool, but never below 8', async () => {
    expect(await refusals('tulips & zebras', { ...open, minLength: 16 })).toEqual([{ code: 'too_short', min: 16 }])
    expect(await refusals('tulips&', { ...open, minLength: 4 })).toEqual([{ code: 'too_short', min: 8 }])
  })

  it('may be 64 characters whatever the pool says, and at most 4,096', async () => {
    const varied = (length: number) => 'rain on tin roofs '.repeat(300).slice(1, length) + '~'
    expect(await refusals(varied(64), { ...open, maxLength: 20 })).toEqual([])
    expect(await refusals(varied(65), { ...open, maxLength: 20 })).toEqual([{ code: 'too_long', max: 64 }])
    expect(await refusals(varied(4096))).toEqual([])
    expect(await refusals(varied(4097))).toEqual([{ code: 'too_long', max: 4096 }])
    expect(await refusals(varied(5000), { ...open, maxLength: 1_000_000 })).toEqual([{ code: 'too_long', max: 4096 }])
    expect(await refusals('a'.repeat(1024 * 1024))).toEqual([{ code: 'too_long', max: 4096 }])
  })

  it('counts code points of the normalised text', async () => {
    expect(await refusals('🦊🐻🐼🐨🐯🦁🐮🐷🐸🐵🐔🐧🐦🐤')).toEqual([{ code: 'too_short', min: 15 }])
    expect(await refusals('🦊🐻🐼🐨🐯🦁🐮🐷🐸🐵🐔🐧🐦🐤🦆')).toEqual([])
    expect(await refusals('e\u0301'.repeat(7) + 'abcdefz')).toEqual([{ code: 'too_short', min: 15 }])
  })
})

describe('the text of a new password', () => {
  it.each(['all lower case letters', '8153 9042 7716 33', 'sätze mit wörtern', '日本語の長い合言葉を使う人です'])(
    'may be %j: there are no composition rules',
    async (password) => expect(await refusals(password)).toEqual([]),
  )

  it('is normalised for hashing, and keeps case and outer spaces', async () => {
    expect(await checkNewPassword(' Cafe\u0301\u00a0au lait, bitte ', open)).toEqual({
      ok: true,
      password: ' Café au lait, bitte ',
    })
  })

  it.each([
    'tab\tinside a password',
    'NUL\0 inside a password',
    'zero\u200bwidth in a password',
    'half \ud83d of a pair',
  ])('is refused with a character that cannot be used: %j', async (password) =>
    expect(await refusals(password)).toEqual([{ code: 'unusable_character' }]),
  )

  it('is too short when there is none', async () => {
    expect(await refusals('')).toEqual([{ code: 'too_short', min: 15 }])
  })
})

describe('common passwords', () => {
  it('are refused in any letter case', async () => {
    for (const password of ['12345678', 'iloveyou', 'ILoveYou', 'TRUSTNO1', 'qwertyuiop']) {
      expect(await refusals(password, { ...open, hasSecondFactor: true })).toEqual([{ code: 'common' }])
    }
  })

  it('stay common when they are repeated, and so do single pieces and counting', async () => {
    for (const password of [
      'passwordpassword',
      'Dragon'.repeat(3),
      'aaaaaaaaaaaaaaa',
      'xyzxyzxyzxyzxyz',
      'abcdefghijklmno',
      '123456789012345',
      '543210987654321',
    ]) {
      expect(await refusals(password)).toEqual([{ code: 'common' }])
    }
  })

  it('are not what merely holds one', async () => {
    expect(await refusals('password of the seventh dragon')).toEqual([])
    expect(await refusals('zebracrossingzebracrossing')).toEqual([])
  })

  it('are tens of thousands, loaded once', async () => {
    const isCommon = await loadCommonPasswords()
    expect(await loadCommonPasswords()).toBe(isCommon)
    expect(['letmein', 'sunshine', 'princess', 'football', 'monkey'].every(isCommon)).toBe(true)
    expect(isCommon(foldPassword('correct horse battery staple'))).toBe(false)
  })

  it('are told together with the length, so that nobody is sent round twice', async () => {
    expect(await refusals('password')).toEqual([{ code: 'too_short', min: 15 }, { code: 'common' }])
  })
})

describe('context words', () => {
  const rules: PasswordRules = {
    contextWords: ['jdoe_77', 'Jane Döe-Smithson', 'jane.d@example.com', 'City Water & Power', 'Gatehouse', 'Ana'],
  }

  it('are whole names and their parts of four letters, folded, and the local part of an address', () => {
    expect(contextWordsOf(rules.contextWords)).toEqual(
      expect.arrayContaining(['jdoe', 'jdoe77', 'jane', 'smithson', 'janedöesmithson', 'janed', 'water', 'gatehouse']),
    )
    for (const word of ['ana', 'döe', '77', 'example', 'com', 'd']) {
      expect(contextWordsOf(rules.contextWords)).not.toContain(word)
    }
  })

  it.each([
    ['Smithson-2026-2027!', 'smithson'],
    ['JANE.DO\u0308E.SMITHSON', 'janedöesmithson'],
    ['CityWaterPower#1', 'citywaterpower'],
    ['gatehouse gatehouse 1', 'gatehouse'],
    ['jane-gatehouse-99999', 'gatehouse'],
    ['jdoe77jdoe77jdoe77', 'jdoe77'],
  ])('are what %j is made of, so it is refused', async (password, word) => {
    expect(await refusals(password, rules)).toEqual(expect.arrayContaining([{ code: 'context_word', word }]))
  })

  it.each(['waterfalls near the old mill', 'jane eats seven green plums', 'power nap, pillow, teapot'])(
    'do not spoil %j, which has enough beside them',
    async (password) => expect(await refusals(password, rules)).toEqual([]),
  )
})
