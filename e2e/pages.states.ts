import type { Brand } from '../packages/server/src/features/branding/index.ts'
import { brandSheet } from '../packages/server/src/features/branding/index.ts'
import { createTranslator } from '../packages/server/src/surfaces/browser/messages/index.ts'
import type { Locale } from '../packages/server/src/surfaces/browser/messages/index.ts'
import * as pages from '../packages/server/src/surfaces/browser/pages/index.ts'

/** One page in one state, as a whole document. */
export type PageState = { name: string; document: string; isProblem: boolean }

/** What differs between two looks of the same pages. */
export type Look = { brand: Brand; locale: Locale; username?: string; nonce?: string }

export const brands = {
  standard: {
    name: 'Acme Water & Power',
    colour: '#2f4fa8',
    help: { email: 'help@acme.example', phone: '+1 555 010 0199', url: 'https://acme.example/help' },
  },
  pale: { name: 'Sunny Gas', colour: '#fff3b0', logoText: 'sunny', help: { phone: '+1 555 010 0142' } },
  dark: { name: 'Nocturne Telecom', colour: '#0b1d13', help: { url: '/help' } },
  long: {
    name: 'The Metropolitan Waterworks, Sewerage and District Heating Cooperative of Llanfairpwllgwyngyll',
    colour: '#b3541e',
    help: { email: 'customer.services@metropolitan-waterworks-and-sewerage.example' },
  },
} satisfies Record<string, Brand>

export const longUsername = 'maximiliane.von-der-hohenstaufen+household-account@metropolitan-waterworks.example'

/** What every form carries unseen. */
export const formProof = 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb'

/** The address of a brand's sheet in these tests. */
export function brandHref(brand: Brand): string {
  return `/assets/brand-${brandSheet(brand).hash}.css`
}

/** Every page in every state that a person can meet. */
export function pageStates({ brand, locale, username = 'jane.doe', nonce = 'bm9uY2U' }: Look): PageState[] {
  const { css, js, work } = pages.readPageFiles()
  const view: pages.PageView = {
    t: createTranslator(locale),
    locale,
    brand,
    nonce,
    assets: {
      pagesCss: `/assets/pages-${css.hash}.css`,
      brandCss: brandHref(brand),
      pagesJs: `/assets/pages-${js.hash}.js`,
      workJs: `/assets/work-${work.hash}.js`,
    },
    languages: [
      { locale: 'en', name: 'English', href: '?ui_locales=en' },
      { locale: 'es', name: 'Español', href: '?ui_locales=es' },
    ].map((language) => ({ ...language, href: `/language${language.href}` })),
  }
  const form: pages.FormTarget = { action: '/flow/step', hidden: { csrf: formProof } }
  const rule = { min: 15, max: 256 }
  const ways = {
    signInHref: '/flow',
    forgotPasswordHref: '/flow/forgot-password',
    forgotUsernameHref: '/flow/forgot-username',
    changeUsernameHref: '/flow/username',
  }
  const companyHref = '/flow/company'
  const connections = [
    { name: 'Okta', href: '/flow/okta' },
    { name: 'Microsoft Entra ID', href: '/flow/entra' },
  ]
  const who: pages.UsernameView = { ...view, ...ways, form }
  const proof: pages.PasswordView = { ...view, ...ways, form, username }
  const change: pages.MustChangePasswordView = { ...view, form, username, rule, why: 'temporary' }
  const code: pages.ResetCodeView = { ...view, ...ways, form, resend: form, username, rule, codeLifeSeconds: 600 }
  const forgotten: pages.ForgotPasswordView = { ...view, ...ways, form }
  const address: pages.ForgotUsernameView = { ...view, ...ways, form }
  const failed: pages.ErrorView = { ...view, kind: 'unexpected', requestId: '019ab3c4-5d6e-7f80-9a1b-2c3d4e5f6071' }
  // No number below 1 gives this target, so the page stays as it is.
  const workToDo: pages.WorkView = { token: 'token', salt: 'c2FsdA', target: 'AAAA', numbers: 1, iterations: 1 }
  const twoPasswords = view.t('password.twoPasswords', { brand: brand.name })
  const bothPlaces = view.t('newPassword.bothPlaces', { brand: brand.name })

  const accountHref = '/flow'
  const person = {
    ...view,
    accountHref,
    name: 'Jane Doe',
    username,
    sessionsHref: '/flow/sessions',
    historyHref: '/flow/history',
    signOutHref: '/flow/out',
  }
  const devices = { ...view, accountHref, endForm: () => form, signOutHref: '/flow/out', historyHref: '/flow/history' }
  const began = new Date('2026-11-02T08:05:00Z')
  const thisDevice: pages.DeviceView = {
    sessionUid: 'one',
    device: { browser: 'Firefox', system: 'Linux' },
    place: '203.0.113.x',
    signedInAt: began,
    lastSeenAt: new Date('2026-11-21T13:45:00Z'),
    isCurrent: true,
    isRemembered: true,
  }
  const phone: pages.DeviceView = {
    ...thisDevice,
    sessionUid: 'two',
    device: { browser: 'Samsung Internet', system: 'Android' },
    place: '2001:db8:85a3:x',
    isCurrent: false,
  }
  const unknownDevice: pages.DeviceView = { ...phone, sessionUid: 'three', device: {}, isRemembered: false }
  const history = { ...view, accountHref, biller: brand.name, sessionsHref: '/flow/sessions' }
  const signIns: pages.SignInEventView[] = [
    { at: began, device: thisDevice.device, place: '203.0.113.x', route: 'pool', result: 'signed_in' },
    { at: began, device: phone.device, place: '2001:db8:85a3:x', route: 'legacy', result: 'wrong_password' },
    { at: began, device: {}, result: 'reset_needed' },
    { at: began, device: {}, route: 'pool', result: 'refused' },
  ]
  const own: pages.OwnPasswordView = { ...view, accountHref, form, username, rule, endOtherSessions: true }

  const consent: pages.ConsentView = {
    ...view,
    form,
    clientName: 'Ledger Cloud',
    isOwn: false,
    username,
    organization: brand.name,
    destination: 'ledger.cloud.example',
    scopes: pages.knownPageScopes,
    apis: [{ name: 'Portal API', scopes: ['invoices:read', 'invoices:write'] }],
  }

  const ok = (name: string, document: string): PageState => ({ name, document, isProblem: false })
  const bad = (name: string, document: string): PageState => ({ name, document, isProblem: true })
  return [
    ok('username', pages.usernamePage(who)),
    ok('username-connections', pages.usernamePage({ ...who, connections, companyHref, username })),
    bad('username-empty', pages.usernamePage({ ...who, problem: 'empty' })),
    ok('password', pages.passwordPage(proof)),
    ok('password-note', pages.passwordPage({ ...proof, note: twoPasswords, companyHref })),
    bad('password-wrong', pages.passwordPage({ ...proof, problem: 'wrong', companyHref })),
    bad('password-unavailable', pages.passwordPage({ ...proof, problem: 'unavailable' })),
    bad('throttled-minutes', pages.throttledPage({ ...view, ...ways, waitSeconds: 120, retryHref: '/flow' })),
    bad('throttled-seconds', pages.throttledPage({ ...view, ...ways, waitSeconds: 45, retryHref: '/flow' })),
    ok('password-work', pages.passwordPage({ ...proof, work: { ...workToDo, waitSeconds: 30 } })),
    bad('closed', pages.closedPage({ ...view, ...ways })),
    ok('must-change', pages.mustChangePasswordPage(change)),
    bad('must-change-breached', pages.mustChangePasswordPage({ ...change, why: 'breached', problem: 'breached' })),
    ok('must-reset', pages.mustResetPasswordPage({ ...view, ...ways, form, username, why: 'breached' })),
    ok('forgot-password', pages.forgotPasswordPage({ ...forgotten, username })),
    bad('forgot-password-empty', pages.forgotPasswordPage({ ...forgotten, problem: 'empty' })),
    ok('reset-code', pages.resetCodePage(code)),
    ok('reset-code-resent', pages.resetCodePage({ ...code, resent: { kind: 'sent' }, note: bothPlaces })),
    ok('reset-code-too-soon', pages.resetCodePage({ ...code, resent: { kind: 'too_soon', waitSeconds: 28 } })),
    bad('reset-code-wrong', pages.resetCodePage({ ...code, codeProblem: 'wrong', passwordProblem: 'too_short' })),
    ok('reset-done', pages.resetDonePage({ ...view, ...ways, otherSessionsEnded: true })),
    bad(
      'password-wrong-partial',
      pages.passwordPage({ ...proof, problem: 'wrong', note: view.t('refused.partial'), companyHref }),
    ),
    ok('company', pages.companyPage({ ...view, ...ways, form })),
    bad('company-unknown', pages.companyPage({ ...view, ...ways, form, company: 'acme', problem: 'unknown' })),
    ok(
      'company-found',
      pages.companyFoundPage({
        ...view,
        ...ways,
        name: brand.name,
        continueHref: '/b/acme',
        retryHref: '/flow/company',
      }),
    ),
    ok('forgot-username', pages.forgotUsernamePage(address)),
    bad('forgot-username-malformed', pages.forgotUsernamePage({ ...address, email: 'jane', problem: 'malformed' })),
    ok(
      'username-sent',
      pages.usernameSentPage({ ...view, ...ways, email: 'jane@mail.example', retryHref: '/flow/again' }),
    ),
    ok(
      'choose',
      pages.choosePage({
        ...view,
        choices: [
          { label: view.t('username.connection', { name: 'Okta' }), hint: 'acme.okta.example', href: '/flow/okta' },
          { label: view.t('mustReset.send'), form },
        ],
        backHref: '/flow',
      }),
    ),
    ok('hosted', pages.hostedPage({ ...view, ...ways, form, username, host: 'login.acme.example', companyHref })),
    bad('returned', pages.returnedPage({ ...view, againHref: '/flow/username' })),
    ok('password-stay', pages.passwordPage({ ...proof, stay: { isTicked: true } })),
    ok('account', pages.accountPage({ ...person, passwordHref: '/flow/password' })),
    ok('account-legacy', pages.accountPage(person)),
    ok('sessions', pages.sessionsPage({ ...devices, devices: [thisDevice, phone, unknownDevice], done: 'one' })),
    ok('sessions-only', pages.sessionsPage({ ...devices, devices: [thisDevice] })),
    ok('sessions-confirm', pages.confirmEndPage({ ...devices, device: phone, form, sessionsHref: '/flow' })),
    ok('sessions-confirm-others', pages.confirmEndPage({ ...devices, device: undefined, form, sessionsHref: '/flow' })),
    ok('history', pages.historyPage({ ...history, events: signIns, olderHref: '/flow/older' })),
    ok('history-empty', pages.historyPage({ ...history, events: [] })),
    ok('own-password', pages.ownPasswordPage(own)),
    bad('own-password-wrong', pages.ownPasswordPage({ ...own, currentProblem: 'wrong', problem: 'too_short' })),
    bad('own-password-throttled', pages.ownPasswordPage({ ...own, currentProblem: 'throttled', waitSeconds: 90 })),
    ok('own-password-done', pages.ownPasswordDonePage({ ...view, accountHref: '/flow', othersEnded: true })),
    ok('consent', pages.consentPage(consent)),
    ok('consent-one', pages.consentPage({ ...consent, isOwn: true, scopes: ['openid'], apis: [] })),
    ok('sign-out', pages.signOutPage({ ...view, form })),
    ok('signed-out', pages.signedOutPage({ ...view, ...ways })),
    ok('signed-out-incomplete', pages.signedOutPage({ ...view, ...ways, unconfirmed: ['Bill Pay', 'Ledger'] })),
    ok('continue', pages.continuePage({ ...view, form, destination: 'portal.acme.example' })),
    bad('expired', pages.expiredPage({ ...view, why: 'time', startAgainHref: '/flow' })),
    bad('expired-cookie', pages.expiredPage({ ...view, why: 'cookie', startAgainHref: '/flow' })),
    bad('error', pages.errorPage({ ...failed, startAgainHref: '/flow' })),
    bad(
      'error-application',
      pages.errorPage({
        ...failed,
        kind: 'application',
        detail: 'invalid_request: redirect_uri did not match any registered',
      }),
    ),
    bad('error-busy', pages.errorPage({ ...failed, kind: 'busy', again: { href: '/flow', seconds: 4 } })),
    bad('error-not-found', pages.errorPage({ ...failed, kind: 'not_found' })),
  ]
}
