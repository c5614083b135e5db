import { describe, expect, it } from 'vitest'
import { createTranslator } from '../../surfaces/browser/messages/index.ts'
import type { Locale } from '../../surfaces/browser/messages/index.ts'
import type { Brand } from '../branding/index.ts'
import { passwordChangedMail, passwordCodeMail, usernamesMail } from './index.ts'
import type { MailView } from './index.ts'

const brand: Brand = {
  name: 'Acme <Water>',
  colour: '#fff3b0',
  help: { email: 'help@acme.example', phone: '+1 555 010 0199', url: 'https://acme.example/help' },
}

function view(locale: Locale = 'en'): MailView {
  return { t: createTranslator(locale), locale, brand }
}

const code = { code: '048213', host: 'auth.acme.example', lifeSeconds: 600 }
const changed = {
  username: 'jane<b>',
  changedAtSeconds: 1_800_000_000,
  timeZone: 'America/New_York',
  resetUrl: 'https://auth.acme.example/forgot-password',
}

describe('the mail with a code', () => {
  it('says in plain words what it is, for whom, how long, and that staff never ask for it', () => {
    expect(passwordCodeMail({ ...view(), ...code }).text).toMatchInlineSnapshot(`
      "048213 is your code to choose a new password for Acme <Water>.

      It works for 10 minutes, once.

      Enter it only on auth.acme.example. Our staff will never ask you for this code.

      If you did not ask for a new password, you can ignore this email. Your password stays as it is.

      Help: https://acme.example/help, help@acme.example, +1 555 010 0199

      Acme <Water>

      @auth.acme.example #048213
      "
    `)
  })

  it.each(['en', 'es'] as const)('begins with the code and ends with the domain-bound line (%s)', (locale) => {
    const { subject, text, html } = passwordCodeMail({ ...view(locale), ...code })
    expect(subject).toMatch(/^048213 /)
    expect(text).toMatch(/^048213 /)
    expect(text.trimEnd().split('\n').at(-1)).toBe('@auth.acme.example #048213')
    const words = html.replaceAll(/<style>.*?<\/style>|<title>.*?<\/title>|<[^>]*>/gs, ' ').trim()
    expect(words).toMatch(/^048213 /)
    expect(words).toMatch(/@auth\.acme\.example #048213$/)
  })
})

describe('the mail with usernames', () => {
  it('lists every username and where to sign in', () => {
    const signInUrl = 'https://auth.acme.example/b/1'
    const { text, html } = usernamesMail({ ...view(), usernames: ['jane', 'jane.<i>doe'], signInUrl })
    expect(text).toContain('  jane\n  jane.<i>doe\n')
    expect(text).toContain(signInUrl)
    expect(html).toContain('jane.&lt;i&gt;doe')
    expect(html).toContain(`href="${signInUrl}"`)
  })
})

describe('the notice of a changed password', () => {
  it('names the user and the time in the zone given, and offers a way to act', () => {
    const { text } = passwordChangedMail({ ...view(), ...changed })
    expect(text).toContain('The password for jane<b> at Acme <Water> was changed on January 15, 2027')
    expect(text).toMatch(/3:00\sAM EST/)
    expect(text).toContain('Choose a new password:\nhttps://auth.acme.example/forgot-password')
  })

  it('is written in Spanish for people who read Spanish', () => {
    expect(passwordChangedMail({ ...view('es'), ...changed }).text).toContain('se cambió el 15 de enero de 2027')
  })
})

describe('every mail', () => {
  const mails = [
    passwordCodeMail({ ...view(), ...code }),
    usernamesMail({ ...view(), usernames: ['jane'], signInUrl: 'https://auth.acme.example/' }),
    passwordChangedMail({ ...view(), ...changed }),
  ]

  it('escapes what people typed and loads nothing from anywhere', () => {
    for (const { html } of mails) {
      expect(html).toContain('Acme &lt;Water&gt;')
      expect(html).not.toMatch(/<b>|<Water>|<img|<link|url\(|@import|<script/)
    }
  })

  it('keeps its subject on one line, whatever the brand is called', () => {
    const spoiled = { ...view(), brand: { ...brand, name: 'Acme\r\nBcc: x@evil.example' } }
    expect(passwordCodeMail({ ...spoiled, ...code }).subject).toBe('048213 is your Acme Bcc: x@evil.example code')
  })

  it('refuses links that do not lead to the web', () => {
    expect(() => passwordChangedMail({ ...view(), ...changed, resetUrl: 'javascript:alert(1)' })).toThrow(/http/)
  })
})
