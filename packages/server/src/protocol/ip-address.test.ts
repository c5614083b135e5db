import { describe, expect, it } from 'vitest'
import { canonicalAddress, networkOf } from './ip-address.ts'

describe('an address', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    [' 192.0.2.1 ', '192.0.2.1'],
    ['192.0.2.1:51000', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:0201', '192.0.2.1'],
    ['0:0:0:0:0:ffff:192.0.2.1', '192.0.2.1'],
    ['[::ffff:192.0.2.1]:443', '192.0.2.1'],
    ['::ffff:0:1', '0.0.0.1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:0db8::0001', '2001:db8::1'],
    ['[2001:db8::1]:51000', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::1', '::1'],
    ['::', '::'],
  ])('%j is %j in its one spelling (HD03)', (text, canonical) => {
    expect(canonicalAddress(text)).toBe(canonical)
    expect(canonicalAddress(canonical)).toBe(canonical)
  })

  it.each([
    '',
    'unknown',
    '_hidden',
    'localhost',
    '192.0.2',
    '192.0.2.1.5',
    '0300.0.2.1',
    '192.0.2.1, 192.0.2.2',
    '192.0.2.256',
    '3221225985',
    '2001:db8::1::2',
    '[2001:db8::1',
    "'; drop table throttles",
    '<script>',
    'a'.repeat(10_000),
  ])('%j is none', (text) => {
    expect(canonicalAddress(text)).toBeUndefined()
    expect(networkOf(text)).toBeUndefined()
  })
})

describe('the network of an address', () => {
  it('is the address itself for IPv4, however it is spelled (HD03)', () => {
    const spellings = ['192.0.2.1', '::ffff:192.0.2.1', '::ffff:c000:201', '[::FFFF:192.0.2.1]:80', '192.0.2.1:80']
    expect(new Set(spellings.map(networkOf))).toStrictEqual(new Set(['192.0.2.1']))
    expect(networkOf('192.0.2.2')).toBe('192.0.2.2')
  })

  it('is the first 64 bits for IPv6: moving about in them changes nothing (HD03)', () => {
    const inside = ['2001:db8:1:2::', '2001:db8:1:2::1', '2001:DB8:1:2:ffff:ffff:ffff:ffff', '2001:db8:1:2:0:5::']
    expect(new Set(inside.map(networkOf))).toStrictEqual(new Set(['2001:db8:1:2::/64']))
    expect(networkOf('2001:db8:1:3::1')).toBe('2001:db8:1:3::/64')
    expect(networkOf('2001:db8::1')).toBe('2001:db8:0:0::/64')
    expect(networkOf('1::2:3:4:5:6:7')).toBe('1:0:2:3::/64')
    expect(networkOf('::1')).toBe('0:0:0:0::/64')
  })
})
