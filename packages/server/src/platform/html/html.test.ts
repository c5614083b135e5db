import { describe, expect, it } from 'vitest'
import { html, mailtoHref, raw, safeHref, telHref } from './index.ts'

describe('the html tag', () => {
  it('escapes every value in content and in attributes', () => {
    const text = `<script>"&'</script>`
    const escaped = '&lt;script&gt;&quot;&amp;&#39;&lt;/script&gt;'
    expect(String(html`<p title="${text}">${text}</p>`)).toBe(`<p title="${escaped}">${escaped}</p>`)
  })

  it('nests templates and arrays without escaping them twice', () => {
    const items = ['a<b', 'c'].map((item) => html`<i>${item}</i>`)
    expect(String(html`<b>${items}</b>`)).toBe('<b><i>a&lt;b</i><i>c</i></b>')
  })

  it('leaves out false, null and undefined and keeps zero', () => {
    expect(String(html`[${false}${null}${undefined}${0}${''}]`)).toBe('[0]')
  })

  it('does not take an object that only looks like HTML as HTML', () => {
    const parsed: unknown = JSON.parse('{"toString":"x","html":true,"text":"<b>"}')
    expect(() => String(html`${parsed as string}`)).toThrow(TypeError)
  })

  it('passes markup on unchanged only through raw', () => {
    expect(String(html`${raw('<b>ok</b>')}`)).toBe('<b>ok</b>')
  })
})

describe('addresses of links', () => {
  it.each(['/sign-in?a=1&b=2#c', 'https://example.com/help', 'http://localhost:3000/x'])('keeps %s', (address) => {
    expect(safeHref(address)).toBe(address)
  })

  it.each([
    'javascript:alert(1)',
    ' javascript:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    '//evil.example/x',
    '/\\evil.example',
    '/\t/evil.example',
    'relative',
    '',
    'https://user:secret@example.com/',
  ])('refuses %j', (address) => {
    expect(safeHref(address)).toBeUndefined()
  })

  it('lets nobody add recipients or headers to a mail link', () => {
    expect(mailtoHref('help@example.com?bcc=x@evil.example')).toBe('mailto:help@example.com%3Fbcc%3Dx@evil.example')
  })

  it('writes telephone links with digits only', () => {
    expect(telHref('+1 (555) 010-0199')).toBe('tel:+15550100199')
  })
})
