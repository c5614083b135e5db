import { describe, expect, it } from 'vitest'
import { isStrictJwt } from './strict-jwt.ts'

const encoded = (text: string): string => Buffer.from(text, 'utf8').toString('base64url')
const token = (header: string, claims: string, signature = 'AAAA'): string =>
  `${encoded(header)}.${encoded(claims)}.${signature}`

describe('a JWT that everybody reads alike (JW13)', () => {
  it('is one of three canonical parts', () => {
    expect(isStrictJwt(token('{"alg":"ES256"}', '{"sub":"a"}'))).toBe(true)
  })

  it.each([
    ['two parts', 'e30.e30'],
    ['four parts', 'e30.e30.AAAA.AAAA'],
    ['padding', token('{}', '{"a":1}', 'AAA=')],
    ['stray bits', token('{}', '{}', 'AB')],
    ['letters of the other alphabet', token('{}', '{}', 'A+/A')],
    ['white space', ` ${token('{}', '{}')}`],
    ['a claim twice', token('{}', '{"sub":"a","sub":"b"}')],
    ['a claim twice, once escaped', token('{}', String.raw`{"sub":"a","\u0073ub":"b"}`)],
    ['a header twice', token('{"alg":"none","alg":"ES256"}', '{}')],
    ['claims that are a list', token('{}', '[]')],
    ['claims that are no JSON', token('{}', '{')],
    ['bytes that are no UTF-8', `e30.${Buffer.from([0x22, 0xff, 0x22]).toString('base64url')}.AAAA`],
    ['seventeen thousand characters', token('{}', '{}', 'A'.repeat(17_000))],
  ])('is none with %s (JW13)', (_name, text) => {
    expect(isStrictJwt(text)).toBe(false)
  })
})
