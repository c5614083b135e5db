import { describe, expect, it } from 'vitest'
import { parseStrictJson } from './strict-json.ts'

describe('a body', () => {
  it.each([
    '{"a":[1,2.5,-3e2,true,null,"x"],"b":{"a":"\\u0061 \\" { [ , : } ]"}}',
    '[]',
    '"just text with \\\\ and {\\"a\\":1,\\"a\\":2}"',
    '0',
    ' { } ',
    '{"constructor":1,"toString":2}',
    String(Number.MAX_SAFE_INTEGER),
  ])('is read as JSON.parse reads it: %s', (text) => {
    expect(parseStrictJson(text)).toEqual(JSON.parse(text))
  })

  it.each([
    ['a name twice', '{"a":1,"a":2}'],
    ['a name twice, once escaped', '{"a":1,"\\u0061":2}'],
    ['a name twice, deep inside', '{"x":[{"y":{"a":1,"b":2,"a":3}}]}'],
    ['a name twice around another object', '{"a":{"b":1},"a":2}'],
    ['__proto__', '{"__proto__":{"admin":true}}'],
    ['__proto__, escaped', '{"\\u005f_proto__":{}}'],
    ['a zero character', String.raw`{"a":"x\u0000"}`],
    ['a zero character in a name', String.raw`{"\u0000":1}`],
    ['a number beyond 2^53', '{"n":9007199254740993}'],
    ['a number beyond 2^53, negative and deep', '[[{"n":-9007199254740992}]]'],
    ['an infinite number', '1e999'],
    ['17 levels', `${'['.repeat(17)}${']'.repeat(17)}`],
    ['100,000 levels', '['.repeat(100_000)],
    ['something after the end', '{} {}'],
    ['nothing', ''],
    ['a comment', '{/*x*/}'],
    ['a comma too many', '{"a":1,}'],
    ['single quotes', "{'a':1}"],
    ['an open text', '{"a":"b'],
    ['NaN', 'NaN'],
    ['colons where none belong', '::'],
  ])('with %s is refused', (_, text) => {
    expect(() => parseStrictJson(text)).toThrow(SyntaxError)
  })

  it('of 16 levels is read', () => {
    expect(() => parseStrictJson(`${'['.repeat(16)}${']'.repeat(16)}`)).not.toThrow()
  })
})
