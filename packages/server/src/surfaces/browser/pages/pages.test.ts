import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { createTranslator } from '../messages/index.ts'
import * as pages from './index.ts'

const view: pages.PageView = {
  t: createTranslator('en'),
  locale: 'en',
  brand: { name: 'Acme Water', help: { url: 'https://acme.example/help', email: 'help@acme.example' } },
  nonce: 'bm9uY2U',
  assets: {
    pagesCss: '/assets/pages.css',
    brandCss: '/assets/brand.css',
    pagesJs: '/assets/pages.js',
    workJs: '/assets/work.js',
  },
}
const form = { action: '/flow/step', hidden: { csrf: 'c"1' } }
const hrefs = {
  signInHref: '/flow',
  changeUsernameHref: '/flow/username',
  forgotPasswordHref: '/flow/forgot-password',
  forgotUsernameHref: '/flow/forgot-username',
}
const rule = { min: 15, max: 256 }
const who = { ...view, ...hrefs, form }
const proof = { ...who, username: 'jane' }
const code = { ...proof, resend: form, rule, codeLifeSeconds: 600 }
const throttled = { ...view, ...hrefs, retryHref: '/flow' }
const failed = { ...view, requestId: 'req-1' }

const accountHref = '/flow'
const device: pages.DeviceView = {
  sessionUid: 'one',
  device: { browser: 'Firefox', system: 'Linux' },
  place: '203.0.113.x',
  signedInAt: new Date('2026-11-02T08:05:00Z'),
  lastSeenAt: new Date('2026-11-21T13:45:00Z'),
  isCurrent: true,
  isRemembered: true,
}
const otherDevice = { ...device, sessionUid: 'two', isCurrent: false }
const inAccount = {
  ...view,
  accountHref,
  sessionsHref: '/flow/sessions',
  historyHref: '/flow/history',
  signOutHref: '/flow/out',
}
const devices = { ...inAccount, endForm: () => form, devices: [device, otherDevice] }
const own = { ...inAccount, form, username: 'jane', rule, endOtherSessions: true }

const documents: Record<string, string> = {
  username: pages.usernamePage(who),
  usernameProblem: pages.usernamePage({ ...who, problem: 'empty' }),
  password: pages.passwordPage(proof),
  passwordProblem: pages.passwordPage({ ...proof, problem: 'wrong' }),
  hosted: pages.hostedPage({ ...proof, host: 'login.acme.example' }),
  returned: pages.returnedPage({ ...view, againHref: '/flow' }),
  throttled: pages.throttledPage({ ...throttled, waitSeconds: 120 }),
  mustChange: pages.mustChangePasswordPage({ ...proof, rule, why: 'requested', problem: 'breached' }),
  mustReset: pages.mustResetPasswordPage({ ...proof, why: 'moved' }),
  forgotPassword: pages.forgotPasswordPage(who),
  resetCode: pages.resetCodePage({ ...code, codeProblem: 'wrong', passwordProblem: 'too_short' }),
  resetDone: pages.resetDonePage({ ...who, otherSessionsEnded: false }),
  forgotUsername: pages.forgotUsernamePage({ ...who, problem: 'malformed', email: 'x' }),
  usernameSent: pages.usernameSentPage({ ...who, email: 'jane@mail.example', retryHref: '/flow/again' }),
  company: pages.companyPage({ ...who, company: 'acme', problem: 'unknown' }),
  companyFound: pages.companyFoundPage({ ...who, name: 'Acme', continueHref: '/b/acme', retryHref: '/flow/company' }),
  closed: pages.closedPage(who),
  account: pages.accountPage({ ...inAccount, name: 'Jane Doe', username: 'jane', passwordHref: '/flow/password' }),
  sessions: pages.sessionsPage({ ...devices, done: 'one' }),
  confirmEnd: pages.confirmEndPage({ ...inAccount, device: otherDevice, form }),
  history: pages.historyPage({
    ...inAccount,
    biller: 'Acme',
    events: [{ at: device.signedInAt, device: {}, route: 'legacy', result: 'wrong_password' }],
  }),
  ownPassword: pages.ownPasswordPage(own),
  ownPasswordProblem: pages.ownPasswordPage({ ...own, currentProblem: 'wrong', problem: 'too_short' }),
  ownPasswordDone: pages.ownPasswordDonePage({ ...inAccount, othersEnded: true }),
  choose: pages.choosePage({ ...view, choices: [{ label: 'Okta', form }] }),
  signOut: pages.signOutPage(who),
  signedOut: pages.signedOutPage(who),
  continue: pages.continuePage({ ...who, destination: 'acme.example' }),
  expired: pages.expiredPage({ ...view, why: 'cookie', startAgainHref: '/flow' }),
  error: pages.errorPage({ ...failed, kind: 'not_found' }),
  busy: pages.errorPage({ ...failed, kind: 'busy', again: { href: '/flow', seconds: 4 } }),
}
const named = Object.entries(documents)

/** The opening tags of a kind, each on one line. */
function tags(document: string, name: string): string[] {
  return [...document.matchAll(new RegExp(`<${name}\\b[^>]*>`, 'g'))].map(([tag]) => tag.replaceAll(/\s+/g, ' '))
}

function inputWith(document: string, id: string): string {
  return tags(document, 'input').find((tag) => tag.includes(` id="${id}"`)) ?? ''
}

describe.each(named)('the page %s', (_, document) => {
  it('has forms that post, validate on the server only, and carry their hidden fields', () => {
    for (const tag of tags(document, 'form')) expect(tag).toMatch(/method="post" action="\/flow\/step" novalidate/)
    expect(document.split('<form').length).toBe(document.split('name="csrf" value="c&quot;1"').length)
    expect(document).not.toMatch(/<input[^>]*\s(required|maxlength|pattern|placeholder|disabled)\b/)
  })

  it('has no style and no script inline, and no address that is not ours, the help or a mail', () => {
    expect(document).not.toMatch(/ style=|<style| on\w+=|javascript:/)
    expect(tags(document, 'script')).toEqual(['<script type="module" nonce="bm9uY2U" src="/assets/pages.js">'])
    const elsewhere = [...document.matchAll(/(?:href|src|action)="(?![/#])([^"]*)"/g)].map(([, address]) => address)
    expect(elsewhere).toEqual(['data:,', 'https://acme.example/help', 'mailto:help@acme.example'])
  })

  it('keeps help last and in the same words (WCAG 2.2 §3.2.6)', () => {
    const foot = (text: string) => text.slice(text.indexOf('<footer'))
    expect(foot(document)).toBe(foot(documents['username'] ?? ''))
    expect(foot(document)).toContain('https://acme.example/help')
  })

  it('uses no id twice and points only to ids that exist', () => {
    const ids = [...document.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id ?? '')
    expect(new Set(ids).size).toBe(ids.length)
    const pointers = [...document.matchAll(/ (?:for|aria-describedby|aria-labelledby)="([^"]+)"| href="#([^"]+)"/g)]
    for (const [, list, target] of pointers) {
      for (const id of (list ?? target ?? '').split(' ')) expect(ids).toContain(id)
    }
  })

  it('says its problem first and takes the focus without a script', () => {
    const hasSummary = document.includes('There is a problem')
    expect(document.includes('aria-invalid="true"')).toBe(hasSummary)
    expect(document.match(/ autofocus/g)?.length ?? 0).toBeLessThanOrEqual(1)
    if (!hasSummary) return
    expect(document).toMatch(/<title>Error: /)
    expect(document).toMatch(/id="problem" role="group" tabindex="-1" autofocus aria-labelledby="problem-title"/)
  })

  it('is at most 14 KB compressed together with its style sheet', () => {
    const css = gzipSync(pages.readPageFiles().css.text).length
    expect(css + gzipSync(document).length).toBeLessThan(14 * 1024)
  })
})

describe('fields', () => {
  it('keep their ids and names between releases, because password managers remember them', () => {
    const fields = named.map(([name, document]) => ({
      name,
      list: tags(document, 'input')
        .filter((tag) => !tag.includes('type="hidden"'))
        .map((tag) => `${/ id="([^"]+)"/.exec(tag)?.[1]}/${/ name="([^"]+)"/.exec(tag)?.[1]}`),
    }))
    const ownPasswordFields = [
      'username/username',
      'current-password/current_password',
      'new-password/new_password',
      'end-other-sessions/end_other_sessions',
    ]
    const withFields = fields.filter(({ list }) => list.length > 0)
    expect(Object.fromEntries(withFields.map(({ name, list }) => [name, list]))).toEqual({
      username: ['username/username'],
      usernameProblem: ['username/username'],
      password: ['username/username', 'password/password'],
      passwordProblem: ['username/username', 'password/password'],
      hosted: ['username/username'],
      mustChange: ['username/username', 'new-password/new_password', 'end-other-sessions/end_other_sessions'],
      mustReset: ['username/username'],
      forgotPassword: ['username/username'],
      resetCode: [
        'username/username',
        'code/code',
        'new-password/new_password',
        'end-other-sessions/end_other_sessions',
      ],
      forgotUsername: ['email/email'],
      company: ['company/company'],
      ownPassword: ownPasswordFields,
      ownPasswordProblem: ownPasswordFields,
    })
  })

  it('tell browsers and password managers what they hold', () => {
    const { username = '', password = '', mustChange = '', resetCode = '', forgotUsername = '' } = documents
    expect(inputWith(username, 'username')).toMatch(
      /type="text" autocomplete="username webauthn" autocapitalize="none" spellcheck="false"/,
    )
    expect(inputWith(password, 'username')).toMatch(/type="text" autocomplete="username" .*readonly value="jane"/)
    expect(inputWith(password, 'password')).toMatch(/type="password" autocomplete="current-password"/)
    expect(inputWith(mustChange, 'new-password')).toMatch(/type="password" autocomplete="new-password"/)
    expect(inputWith(resetCode, 'code')).toMatch(/type="text" inputmode="numeric" autocomplete="one-time-code"/)
    expect(inputWith(forgotUsername, 'email')).toMatch(/autocomplete="email"/)
  })

  it('keep the username and empty the password after a wrong one', () => {
    const { passwordProblem = '' } = documents
    expect(inputWith(passwordProblem, 'username')).toContain('value="jane"')
    expect(inputWith(passwordProblem, 'password')).not.toContain('value=')
  })

  it('stand after the way to another username, which is before the password', () => {
    const { password = '' } = documents
    expect(password.indexOf('Not you? Change username')).toBeLessThan(password.indexOf('id="password"'))
  })

  it('show the rule of a new password before anybody types', () => {
    const plain = pages.mustChangePasswordPage({ ...proof, rule, why: 'temporary' })
    expect(plain).toContain('Use at least 15 characters')
    expect(inputWith(plain, 'new-password')).toContain('aria-describedby="new-password-hint"')
  })
})

describe('what a page reveals', () => {
  it('is the same for every name of the same length', () => {
    const password = (username: string) => pages.passwordPage({ ...proof, username, problem: 'wrong' })
    const reset = (username: string) => pages.resetCodePage({ ...code, username, codeProblem: 'wrong' })
    expect(password('jane').replaceAll('jane', 'carl')).toBe(password('carl'))
    expect(reset('jane').replaceAll('jane', 'carl')).toBe(reset('carl'))
  })

  it.each([
    [0.2, '1 second'],
    [45, '45 seconds'],
    [60, '1 minute'],
    [61, '2 minutes'],
    [5400, '90 minutes'],
    [7000, '2 hours'],
  ])('a wait of %s seconds is told as %s', (waitSeconds, words) => {
    expect(pages.throttledPage({ ...throttled, waitSeconds })).toContain(`Try again in ${words}.`)
  })
})

describe('what others have typed', () => {
  const hostile = `"><script>alert(1)</script>'`

  it('never becomes markup', () => {
    const brand = {
      name: hostile,
      logoText: hostile,
      help: { email: hostile, phone: hostile, url: 'javascript:alert(1)' },
    }
    const document = pages.passwordPage({ ...proof, brand, username: hostile, note: hostile })
    expect(tags(document, 'script')).toHaveLength(1)
    expect(document).not.toContain('javascript:')
    expect(inputWith(document, 'username')).toContain('value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&#39;"')
  })

  it('never becomes the target of a form or a link', () => {
    const target = { action: 'javascript:alert(1)' }
    expect(() => pages.continuePage({ ...view, form: target, destination: 'x' })).toThrow(/neither a path nor http/)
    expect(() => pages.signedOutPage({ ...view, signInHref: '//evil.example' })).toThrow(/neither a path nor http/)
  })
})

describe('signing out', () => {
  it('sends `logout` only with the button that means it', () => {
    const buttons = tags(documents['signOut'] ?? '', 'button')
    expect(buttons.map((tag) => tag.includes('name="logout" value="yes"'))).toEqual([true, false])
  })

  it('names every application that did not confirm', () => {
    const page = pages.signedOutPage({ ...view, unconfirmed: ['Bill Pay', 'Ledger'] })
    expect(page).toContain('signed out of Bill Pay and Ledger. Open each of them and sign out there too.')
  })
})

describe('the script', () => {
  it('is at most 3 kB', () => {
    expect(pages.readPageFiles().js.text.length).toBeLessThanOrEqual(3 * 1024)
  })
})

describe('direction and language', () => {
  it.each([
    ['es', '<html lang="es" dir="ltr">'],
    ['ar-XB', '<html lang="ar-XB" dir="rtl">'],
  ] as const)('%s is told to the browser', (locale, tag) => {
    expect(pages.usernamePage({ ...who, locale, t: createTranslator(locale) })).toContain(tag)
  })
})
