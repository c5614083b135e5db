/** What each page needs to know. A page is a pure function of its view; it reads nothing else. */
import type { Html } from '../../../platform/html/index.ts'
import type { Locale, Translate } from '../messages/index.ts'

/** Whose page this is. Colours come by the brand's style sheet. */
export type PageBrand = {
  /** The biller or workspace as people know it: "Acme Water". */
  name: string
  /** The word mark, where it differs from the name: "ACME". */
  logoText?: string
  /** Where people get help. Shown at the same place on every page (WCAG 2.2 §3.2.6). */
  help: {
    email?: string
    phone?: string
    /** An http(s) URL or a path on this host; anything else is left out. */
    url?: string
  }
}

/** Addresses of our own files, each immutable and without a query. */
export type PageAssets = { pagesCss: string; brandCss: string; pagesJs: string; workJs: string }

/** What every page has. */
export type PageView = {
  t: Translate
  locale: Locale
  brand: PageBrand
  assets: PageAssets
  /** The value of `script-src 'nonce-…'` of this response. */
  nonce: string
  /** Other languages this page can be read in, in their own words: "Español". Empty or absent: no list. */
  languages?: readonly { locale: string; name: string; href: string }[]
}

/** Where a form posts to. */
export type FormTarget = {
  /** A path on this host. The continue page alone may post to another host. */
  action: string
  /** Sent along unseen, such as a proof against cross-site posts. Never a secret of the person's. */
  hidden?: Readonly<Record<string, string>>
}

/** Words between the heading and the form, already in the person's language. A string is escaped. */
export type Note = string | Html

/** Only a new password goes on from here. The same for every name. */
export type ClosedView = PageView & { forgotPasswordHref: string; changeUsernameHref: string }

export type UsernameView = PageView & {
  form: FormTarget
  /** What was typed before, so that nobody types it twice. */
  username?: string
  problem?: 'empty' | 'too_long'
  note?: Note
  forgotUsernameHref: string
  /** Identity providers this biller offers to everybody on this page. */
  connections?: readonly { name: string; href: string }[]
  /** "My company signs in elsewhere". */
  companyHref?: string
}

/** Work that a page's script does before its form is sent; never a puzzle for the person (WCAG 2.2 §3.3.8). */
export type WorkView = {
  token: string
  salt: string
  target: string
  numbers: number
  iterations: number
  /** Set when a form came without work: its password was not looked at, and a browser without scripts waits so long. */
  waitSeconds?: number
}

export type PasswordView = PageView & {
  form: FormTarget
  username: string
  work?: WorkView
  /** `wrong` is the one answer for wrong names, wrong passwords, locked and disabled users alike. */
  problem?: 'empty' | 'wrong' | 'unavailable'
  /** The box "Stay signed in". Absent: there is none. */
  stay?: { isTicked: boolean }
  note?: Note
  changeUsernameHref: string
  forgotPasswordHref: string
  forgotUsernameHref: string
  companyHref?: string
}

/** The password is asked for at another site: on with the name as it is, or back to change it. */
export type HostedView = PageView & {
  form: FormTarget
  username: string
  /** The other site's host. */
  host: string
  changeUsernameHref: string
  forgotUsernameHref: string
  companyHref?: string
}

/** Back from the other site without having signed in here. */
export type ReturnedView = PageView & { againHref: string }

/** The same for every name: it carries neither the name nor whether it exists. */
export type ThrottledView = PageView & {
  waitSeconds: number
  retryHref: string
  forgotPasswordHref: string
}

/** What can be wrong with a new password; the words name the reason (NIST SP 800-63B-4 §3.1.1.2). */
export type NewPasswordProblem =
  | 'empty'
  | 'too_short'
  | 'too_long'
  | 'breached'
  | 'guessable'
  | 'contains_name'
  | 'unchanged'
  | 'unusable'

/** The lengths that the policy asks for, in characters. */
export type PasswordRule = { min: number; max: number }

export type MustChangePasswordView = PageView & {
  form: FormTarget
  username: string
  why: 'temporary' | 'requested' | 'breached'
  rule: PasswordRule
  problem?: NewPasswordProblem
  note?: Note
}

export type MustResetPasswordView = PageView & {
  form: FormTarget
  username: string
  why: 'requested' | 'breached' | 'moved'
  signInHref: string
}

export type ForgotPasswordView = PageView & {
  form: FormTarget
  username?: string
  problem?: 'empty' | 'too_long'
  signInHref: string
  forgotUsernameHref: string
}

/** One form for code and new password. The same for every name, known or not. */
export type ResetCodeView = PageView & {
  form: FormTarget
  resend: FormTarget
  username: string
  /** How long a code lives. */
  codeLifeSeconds: number
  rule: PasswordRule
  codeProblem?: 'empty' | 'wrong'
  passwordProblem?: NewPasswordProblem
  /** The answer to "Send a new code". `too_soon` waits for `waitSeconds`. */
  resent?: { kind: 'sent' } | { kind: 'too_soon'; waitSeconds: number }
  /** Whether "Sign me out on my other devices" is ticked; the default is yes. */
  endOtherSessions?: boolean
  note?: Note
  changeUsernameHref: string
}

export type ResetDoneView = PageView & { signInHref: string; otherSessionsEnded: boolean }

export type ForgotUsernameView = PageView & {
  form: FormTarget
  email?: string
  problem?: 'empty' | 'malformed'
  signInHref: string
}

export type CompanyView = PageView & {
  form: FormTarget
  /** What was typed. */
  company?: string
  /** `unknown` is the one answer for companies that are not here, switched off, or meant by two. */
  problem?: 'empty' | 'unknown'
  signInHref: string
}

export type CompanyFoundView = PageView & {
  /** The company as people know it. */
  name: string
  continueHref: string
  retryHref: string
  signInHref: string
}

/** The same for every address, known or not. */
export type UsernameSentView = PageView & { email: string; signInHref: string; retryHref: string }

export type ChooseView = PageView & {
  note?: Note
  /** Most useful first. A `form` is a button, an `href` a link. */
  choices: readonly ({ label: string; hint?: string } & ({ href: string } | { form: FormTarget }))[]
  backHref?: string
}

/** "Stay signed in" posts the same form without the `logout` field, as oidc-provider expects. */
export type SignOutView = PageView & { form: FormTarget }

export type SignedOutView = PageView & {
  signInHref?: string
  /** Applications that did not confirm the sign-out, by name. */
  unconfirmed?: readonly string[]
}

/** Posts its fields onward: by itself with scripts, by the button without. */
export type ContinueView = PageView & {
  /** Here `action` may be an absolute http(s) URL. */
  form: FormTarget
  /** Where it goes, in words people know: a site's name or host. */
  destination: string
}

export type ExpiredView = PageView & { why: 'time' | 'cookie' | 'finished'; startAgainHref: string }

export type ErrorView = PageView & {
  kind: 'unexpected' | 'unavailable' | 'busy' | 'not_found' | 'refused' | 'bad_request' | 'application'
  /** What the log knows this request by. */
  requestId: string
  /** A public line for those who run the application, such as an OAuth `error: error_description`. In English. */
  detail?: string
  startAgainHref?: string
  /** The same request once more; `seconds` until it is worth it. */
  again?: { readonly href: string | undefined; readonly seconds: number }
}

/** What a browser says it is. Both absent: nothing that we know. */
export type DeviceWords = { browser?: string; system?: string }

/** One place where a person is signed in. */
export type DeviceView = {
  sessionUid: string
  device: DeviceWords
  /** The shortened address. */
  place?: string
  signedInAt: Date
  lastSeenAt: Date
  isCurrent: boolean
  isRemembered: boolean
}

/** One sign-in of the person, or an attempt at it. */
export type SignInEventView = {
  at: Date
  device: DeviceWords
  place?: string
  route?: 'legacy' | 'pool'
  result: 'signed_in' | 'wrong_password' | 'reset_needed' | 'refused'
}

type InAccount = PageView & { accountHref: string }

export type AccountView = InAccount & {
  name: string
  username: string
  sessionsHref: string
  historyHref: string
  /** Absent: the password is kept where it cannot be changed here. */
  passwordHref?: string
  signOutHref: string
}

export type SessionsView = InAccount & {
  /** The current one first. */
  devices: readonly DeviceView[]
  /** @param sessionUid of one device, or `others` */
  endForm: (sessionUid: string) => FormTarget
  done?: 'one' | 'others'
  signOutHref: string
  historyHref: string
}

/** Without a device it is about all others. */
export type ConfirmEndView = InAccount & { device: DeviceView | undefined; form: FormTarget; sessionsHref: string }

export type HistoryView = InAccount & {
  events: readonly SignInEventView[]
  /** The organization as people know it. */
  biller: string
  sessionsHref: string
  olderHref?: string
}

export type OwnPasswordView = InAccount & {
  form: FormTarget
  username: string
  rule: PasswordRule
  currentProblem?: 'empty' | 'wrong' | 'throttled'
  /** With `throttled`. */
  waitSeconds?: number
  problem?: NewPasswordProblem
  endOtherSessions: boolean
}

/** What an application asks a person for. */
export type ConsentView = PageView & {
  clientName: string
  /** Of the same company: asked about where another application may pretend to be it. */
  isOwn: boolean
  /** Who is asked. */
  username: string
  organization: string
  /** The host that the browser goes back to. */
  destination: string
  scopes: readonly ('openid' | 'profile' | 'email' | 'organization' | 'offline_access')[]
  /** APIs by their name, with the words they have for what may be done. */
  apis: readonly { readonly name: string; readonly scopes: readonly string[] }[]
  form: FormTarget
}

export type OwnPasswordDoneView = InAccount & { othersEnded: boolean }
