import { describe, expect, it } from 'vitest'
import { canonicalUsername, lookupKeyText, opaqueString } from './precis.ts'

const canonical = (typed: string): string | undefined => canonicalUsername(typed)?.canonical

/** Every code point of the planes with living scripts, halves of surrogate pairs included, and the invisible tags. */
function* allCodePoints(): Generator<string> {
  for (let point = 0; point <= 0x1ffff; point += 1) yield String.fromCodePoint(point)
  for (let point = 0xe0000; point <= 0xe0fff; point += 1) yield String.fromCodePoint(point)
}

describe('a new password (RFC 8265 §4)', () => {
  it.each([
    ['correct horse battery staple', 'correct horse battery staple', 'ASCII with spaces as it is (example 12)'],
    ['Correct Horse Battery Staple', 'Correct Horse Battery Staple', 'letter case kept (example 13)'],
    ['πßå', 'πßå', 'other scripts as they are (example 14)'],
    ['Jack of ♦s', 'Jack of ♦s', 'symbols as they are (example 15)'],
    ['foo\u1680bar', 'foo bar', 'the Ogham space mark as U+0020 (example 16)'],
    ['a\u00a0b\u3000c', 'a b c', 'no-break and ideographic spaces as U+0020'],
    ['  two  outer  ', '  two  outer  ', 'outer and repeated spaces kept'],
    ['e\u0301', '\u00e9', 'NFC'],
    ['\uff21\ufb01', '\uff21\ufb01', 'full width and ligatures kept: not NFKC'],
    ['👩\u200d👧 ❤\ufe0f', '👩\u200d👧 ❤\ufe0f', 'emoji as keyboards write them'],
  ])('%j gives %j: %s', (typed, prepared) => {
    expect(opaqueString(typed)).toBe(prepared)
    expect(opaqueString(prepared)).toBe(prepared)
  })

  it.each([
    ['', 'empty (example 17)'],
    ['my cat is a \u0009by', 'a control character (example 18)'],
    ['abc\0', 'NUL'],
    ['a\u200bb', 'zero-width space'],
    ['a\u00adb', 'soft hyphen'],
    ['a\ue000', 'private use'],
    ['a\u0378', 'unassigned'],
    ['a\ufdd0', 'noncharacter'],
    ['a\ud800', 'half a surrogate pair'],
  ])('%j is refused: %s', (typed) => {
    expect(opaqueString(typed)).toBeUndefined()
  })
})

describe('a username (RFC 8265 §3)', () => {
  it.each([
    ['juliet@example.com', 'juliet@example.com', 'example 1'],
    ['fussball', 'fussball', 'example 2'],
    ['fußball', 'fußball', 'example 3: not the same as fussball'],
    ['π', 'π', 'example 4'],
    ['Σ', 'σ', 'example 5'],
    ['ς', 'ς', 'example 6: final sigma is its own letter'],
    ['foo bar', 'foo bar', 'userparts'],
    ["o'brien+bills@Example.com", "o'brien+bills@example.com", 'all printable ASCII'],
    ['!#$%&*+-/=?^_`{|}~."(),:;<>[\\]', '!#$%&*+-/=?^_`{|}~."(),:;<>[\\]', 'all ASCII signs'],
    ['Åsa', 'åsa', 'NFC letters'],
    ['A\u030asa', 'åsa', 'combining marks composed'],
    ['שלום', 'שלום', 'right to left'],
    ['שלום12', 'שלום12', 'right to left ending in digits'],
    ['田中・太郎', '田中・太郎', 'katakana middle dot among Han'],
    ['PARAL·LEL', 'paral·lel', 'middle dot between two l'],
    ['١٢اب'.slice(2) + '١٢', 'اب١٢', 'Arabic digits'],
  ])('%j is %j: %s', (typed, expected) => {
    expect(canonical(typed)).toBe(expected)
    expect(canonical(expected)).toBe(expected)
  })

  it.each([
    ['', 'empty'],
    ['   ', 'only spaces'],
    ['henry\u2163', 'a Roman numeral sign (example 9)'],
    ['∞', 'a symbol (example 10)'],
    ['a\u0009b', 'a control inside'],
    ['a\0', 'NUL'],
    ['ali\u200bce', 'zero-width space'],
    ['ali\u200dce', 'zero-width joiner'],
    ['ali\u00adce', 'soft hyphen'],
    ['\u202ealice', 'direction override'],
    ['\ufb01ne', 'ligature'],
    ['𝐚lice', 'mathematical letter'],
    ['\u212aelvin', 'Kelvin sign'],
    ['☕', 'symbol'],
    ['a\ue000', 'private use'],
    ['a\u0378', 'unassigned'],
    ['a\ud800', 'half a surrogate pair'],
    ['\u1100\u1100', 'old Hangul letters'],
    ['אa', 'right to left with a Latin letter'],
    ['aא', 'Latin with a right-to-left letter'],
    ['1א', 'right to left starting with a digit'],
    ['א-', 'right to left ending in a sign'],
    ['א1١', 'both kinds of digits'],
    ['١۱', 'Arabic and extended Arabic digits'],
    ['a·b', 'middle dot elsewhere'],
    ['a・b', 'katakana middle dot elsewhere'],
    ['a׳', 'geresh after Latin'],
    ['a'.repeat(257), '257 characters'],
    [`${' '.repeat(300)}alice`, 'more than 256 characters typed'],
  ])('%j is refused: %s', (typed) => {
    expect(canonical(typed)).toBeUndefined()
  })

  it('may have 256 characters, counted as code points', () => {
    expect(canonical('𐐀'.repeat(256))).toBe('𐐨'.repeat(256))
    expect(canonical('𐐀'.repeat(257))).toBeUndefined()
  })

  it('stays as it is when it is made canonical again, for every code point', () => {
    let accepted = 0
    const unstable: string[] = []
    for (const character of allCodePoints()) {
      const once = canonical(character)
      if (once === undefined) continue
      accepted += 1
      if (canonical(once) !== once) unstable.push(character)
    }
    expect(unstable).toEqual([])
    expect(accepted).toBeGreaterThan(50_000)
  })
})

describe('variants of one name (BF01)', () => {
  it.each([
    ['Alice', 'alice', 'letter case'],
    ['ALICE', 'alice', 'all capitals'],
    [' alice', 'alice', 'leading space'],
    ['alice\t\n', 'alice', 'trailing tab and line end'],
    ['\u00a0alice\u00a0', 'alice', 'outer no-break spaces'],
    ['\ufeffalice', 'alice', 'byte order mark in front'],
    ['alice  smith', 'alice smith', 'two inner spaces'],
    ['alice\u00a0smith', 'alice smith', 'inner no-break space'],
    ['alice\u3000\u2009smith', 'alice smith', 'inner ideographic and thin spaces'],
    ['ａｌｉｃｅ', 'alice', 'full width letters'],
    ['ＡＬＩＣＥ＠example．com', 'alice@example.com', 'a full width address'],
    ['ALICE@EXAMPLE.COM', 'alice@example.com', 'an address in capitals'],
    ['jose\u0301', 'josé', 'NFD'],
    ['ｶﾞ', 'ガ', 'half width katakana'],
  ])('BF01: %j and %j are one name for lookup and for counters: %s', (variant, name) => {
    expect(canonical(variant)).toBe(canonical(name))
    expect(canonical(name)).toBe(name)
    expect(lookupKeyText(variant)).toBe(lookupKeyText(name))
  })

  it.each([
    ['ali\u200bce', 'alice', 'zero-width space inside'],
    ['\u200balice\u200d', 'alice', 'zero-width characters outside'],
    ['al\u00adice', 'alice', 'soft hyphen'],
    ['\u202ealice\u202c', 'alice', 'direction override'],
    ['alice\0', 'alice', 'NUL'],
    ['ali\u0378ce', 'alice', 'unassigned'],
    ['𝐚𝐥𝐢𝐜𝐞', 'alice', 'mathematical letters'],
    ['ⓐlice', 'alice', 'circled letter'],
    ['\ufb01ona', 'fiona', 'ligature'],
    ['\u212aelvin', 'kelvin', 'Kelvin sign'],
    ['maria\u2163', 'mariaiv', 'Roman numeral'],
  ])('BF01: %j finds nobody and counts as %j: %s', (variant, name) => {
    expect(canonical(variant)).toBeUndefined()
    expect(lookupKeyText(variant)).toBe(lookupKeyText(name))
  })

  it.each([
    ['ıan', 'ian', 'dotless i (CVE-2019-19844)'],
    ['İan', 'ian', 'capital dotted I'],
    ['IAN', 'ian', 'capital I is i in every locale'],
    ['straße', 'strasse', 'sharp s'],
    ['οδος', 'οδοσ', 'final sigma'],
    ['ſam', 'sam', 'long s'],
  ])('BF01: %j and %j share one counter: %s', (variant, name) => {
    expect(lookupKeyText(variant)).toBe(lookupKeyText(name))
  })

  it.each([
    ['ıan', 'ian', 'dotless i'],
    ['İan', 'ian', 'dotted capital I'],
    ['аlice', 'alice', 'Cyrillic a'],
    ['alicе', 'alice', 'Cyrillic e'],
    ['alice@example.com', 'alice', 'an address is not its local part'],
    ['jose', 'josé', 'accent'],
  ])('BF01: %j is never looked up as %j: %s', (variant, name) => {
    expect(canonical(variant)).not.toBe(canonical(name))
  })

  it('BF01: whatever has one canonical form has one counter, for every code point in any place', () => {
    const withSecondCounter: string[] = []
    for (const character of allCodePoints()) {
      for (const typed of [character, `x${character}y`]) {
        const name = canonical(typed)
        if (name !== undefined && lookupKeyText(name) !== lookupKeyText(typed)) withSecondCounter.push(typed)
      }
    }
    expect(withSecondCounter).toEqual([])
  })

  it('BF01: the counter key is stable and total, for every code point and for a megabyte', () => {
    const unstable: string[] = []
    for (const character of allCodePoints()) {
      const key = lookupKeyText(`x${character}y`)
      if (lookupKeyText(key) !== key) unstable.push(character)
    }
    expect(unstable).toEqual([])
    expect(lookupKeyText('')).toBe('')
    expect(lookupKeyText(' \u200b\ufeff ')).toBe('')
    expect(lookupKeyText('\ufdfa'.repeat(1024 * 1024)).length).toBeLessThan(32_768)
  })
})
