import { describe, expect, it } from 'vitest'
import en from './en.json' with { type: 'json' }
import es from './es.json' with { type: 'json' }
import { chooseLocale, createTranslator, directionOf, supportedLocales } from './index.ts'
import { placeholders } from './pseudo.ts'

const english: Readonly<Record<string, string>> = en
const spanish: Readonly<Record<string, string>> = es

describe('the Spanish texts', () => {
  it('have exactly the ids of the English texts', () => {
    expect(Object.keys(es).toSorted()).toEqual(Object.keys(en).toSorted())
  })

  it.each(Object.keys(en))('use the same placeholders as the English text: %s', (id) => {
    expect(placeholders(spanish[id] ?? '')).toEqual(placeholders(english[id] ?? ''))
  })

  it('are translated: only names and words that are the same in both languages stay as they are', () => {
    const same = Object.keys(en).filter((id) => english[id] === spanish[id])
    expect(same).toEqual(['common.title', 'common.errorTitle'])
  })
})

describe('a translator', () => {
  it('fills in values and counts as the language does', () => {
    expect(createTranslator('en')('duration.minutes', { count: 1 })).toBe('1 minute')
    expect(createTranslator('es')('duration.minutes', { count: 2 })).toBe('2 minutos')
  })

  it('never reads a value as a message or as markup', () => {
    const brand = "{x} <b>'it'</b>"
    expect(createTranslator('en')('help.contact', { brand })).toBe(`Need help? Contact ${brand}.`)
  })

  it("uses a biller's own words where there are some", () => {
    const t = createTranslator('en', { 'username.label': 'Portal name' })
    expect([t('username.label'), t('password.label')]).toEqual(['Portal name', 'Password'])
  })

  it.each(['Broken {', 'Unknown {placeholder}', '{n, plural, one {x}}'])('survives the override %j', (text) => {
    expect(createTranslator('en', { 'username.label': text })('username.label')).toBe('Username')
  })

  it('fails loudly when a value of a built-in message is forgotten', () => {
    expect(() => createTranslator('en')('help.contact')).toThrow(/brand/)
  })
})

describe('the test languages', () => {
  it('en-XA is at least 40 % longer and keeps values unchanged', () => {
    const text = createTranslator('en-XA')('help.contact', { brand: 'Acme' })
    expect(text.length).toBeGreaterThanOrEqual('Need help? Contact Acme.'.length * 1.3)
    expect(text).toContain('Acme')
    expect(createTranslator('en-XA')('password.label').length).toBeGreaterThanOrEqual('Password'.length * 1.4)
  })

  it('ar-XB runs from right to left', () => {
    expect(directionOf('ar-XB')).toBe('rtl')
    expect(createTranslator('ar-XB')('password.label')).toBe('\u202ePassword\u202c')
  })
})

describe('choosing the language of a page', () => {
  it.each([
    [undefined, undefined, 'en'],
    ['es', undefined, 'es'],
    ['es-MX,es;q=0.9,en;q=0.8', undefined, 'es'],
    ['fr;q=0.9, es;q=0.5, en;q=0.7', undefined, 'en'],
    ['de, *;q=0.5', undefined, 'en'],
    ['es;q=0, en', undefined, 'en'],
    ['en', 'fr-CA es-419 en', 'es'],
    ['ES-mx', '', 'es'],
    [';;;,,q=,es;q=x', undefined, 'en'],
  ])('Accept-Language %j with ui_locales %j gives %s', (accept, uiLocales, expected) => {
    expect(chooseLocale(accept, uiLocales, supportedLocales)).toBe(expected)
  })
})
