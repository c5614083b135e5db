import { createTranslator } from '../../surfaces/browser/messages/index.ts'
import type { PageContext } from '../../surfaces/browser/index.ts'
import {
  closedPage,
  companyFoundPage,
  companyPage,
  expiredPage,
  forgotPasswordPage,
  forgotUsernamePage,
  hostedPage,
  languagesOf,
  mustChangePasswordPage,
  mustResetPasswordPage,
  passwordPage,
  resetCodePage,
  resetDonePage,
  returnedPage,
  throttledPage,
  usernamePage,
  usernameSentPage,
} from '../../surfaces/browser/pages/index.ts'
import type {
  CompanyView,
  ExpiredView,
  ForgotPasswordView,
  ForgotUsernameView,
  NewPasswordProblem,
  PageAssets,
  PasswordView,
  ResetCodeView,
  UsernameView,
  WorkView,
} from '../../surfaces/browser/pages/index.ts'
import type { Brand } from '../branding/index.ts'
import type { PolicyRefusal } from '../credentials/index.ts'
import { resetCode } from './recovery.ts'

/** The same for every name: a pool's own rule is judged once the person has proved who they are. */
export const passwordRule = { min: 15, max: 4096 } as const

export type SignInViews = ReturnType<typeof signInViews>

/**
 * The pages of one request of a sign-in. Nothing here knows whether a name exists.
 *
 * @param isBare whether the address leaves the organization open: only then is there a company to look for
 */
export function signInViews(page: PageContext, brand: Brand, assets: PageAssets, path: string, isBare = false) {
  const common = {
    t: createTranslator(page.locale),
    locale: page.locale,
    nonce: page.nonce,
    brand,
    assets,
    languages: languagesOf(path),
  }
  const hrefs = {
    changeUsernameHref: `${path}/username`,
    forgotPasswordHref: `${path}/forgot-password`,
    forgotUsernameHref: `${path}/forgot-username`,
    signInHref: path,
    ...(isBare ? { companyHref: `${path}/company` } : {}),
  }
  return {
    username: (username: string | undefined, problem?: UsernameView['problem']): string =>
      usernamePage({
        ...common,
        form: { action: `${path}/username` },
        forgotUsernameHref: hrefs.forgotUsernameHref,
        ...given({ username, problem, companyHref: hrefs.companyHref }),
      }),
    password: (
      username: string,
      problem?: PasswordView['problem'],
      more: {
        readonly isPartial?: boolean | undefined
        readonly work?: WorkView | undefined
        readonly stay?: PasswordView['stay'] | undefined
      } = {},
    ): string =>
      passwordPage({
        ...common,
        ...hrefs,
        form: { action: `${path}/password` },
        username,
        ...given({
          problem,
          work: more.work,
          stay: more.stay,
          note: more.isPartial ? common.t('refused.partial') : undefined,
        }),
      }),
    hosted: (username: string, host: string): string =>
      hostedPage({
        ...common,
        form: { action: `${path}/hosted` },
        username,
        host,
        changeUsernameHref: hrefs.changeUsernameHref,
        forgotUsernameHref: hrefs.forgotUsernameHref,
        ...given({ companyHref: hrefs.companyHref }),
      }),
    returned: (againHref: string): string => returnedPage({ ...common, languages: [], againHref }),
    throttled: (waitSeconds: number): string =>
      throttledPage({ ...common, waitSeconds, retryHref: path, forgotPasswordHref: hrefs.forgotPasswordHref }),
    closed: (): string => closedPage({ ...common, ...hrefs }),
    mustReset: (username: string): string =>
      mustResetPasswordPage({
        ...common,
        // The code is asked for by the form that everybody uses; the page's own field carries the name.
        form: { action: hrefs.forgotPasswordHref },
        username,
        why: 'requested',
        signInHref: hrefs.changeUsernameHref,
      }),
    mustChange: (username: string, problem?: NewPasswordProblem): string =>
      mustChangePasswordPage({
        ...common,
        form: { action: `${path}/change-password` },
        username,
        why: 'requested',
        rule: passwordRule,
        ...given({ problem }),
      }),
    forgotPassword: (username: string | undefined, problem?: ForgotPasswordView['problem']): string =>
      forgotPasswordPage({
        ...common,
        form: { action: hrefs.forgotPasswordHref },
        signInHref: hrefs.signInHref,
        forgotUsernameHref: hrefs.forgotUsernameHref,
        ...given({ username, problem }),
      }),
    resetCode: (
      username: string,
      state: Pick<ResetCodeView, 'codeProblem' | 'passwordProblem' | 'resent'>,
      isPartial = false,
    ): string =>
      resetCodePage({
        ...common,
        form: { action: `${path}/reset-password` },
        resend: { action: hrefs.forgotPasswordHref, hidden: { username } },
        username,
        codeLifeSeconds: resetCode.lifeSeconds,
        rule: passwordRule,
        changeUsernameHref: hrefs.forgotPasswordHref,
        ...given({ ...state, note: isPartial ? common.t('refused.partial') : undefined }),
      }),
    resetDone: (otherSessionsEnded: boolean): string =>
      resetDonePage({ ...common, signInHref: hrefs.signInHref, otherSessionsEnded }),
    company: (company?: string, problem?: CompanyView['problem']): string =>
      companyPage({
        ...common,
        form: { action: `${path}/company` },
        signInHref: hrefs.signInHref,
        ...given({ company, problem }),
      }),
    companyFound: (name: string, continueHref: string): string =>
      companyFoundPage({ ...common, name, continueHref, retryHref: `${path}/company`, signInHref: hrefs.signInHref }),
    forgotUsername: (email?: string, problem?: ForgotUsernameView['problem']): string =>
      forgotUsernamePage({
        ...common,
        form: { action: hrefs.forgotUsernameHref },
        signInHref: hrefs.signInHref,
        ...given({ email, problem }),
      }),
    usernameSent: (email: string): string =>
      usernameSentPage({ ...common, email, signInHref: hrefs.signInHref, retryHref: hrefs.forgotUsernameHref }),
    expired: (startAgainHref: string, why: ExpiredView['why']): string =>
      expiredPage({ ...common, languages: [], startAgainHref, why }),
    problemOf: (refusals: readonly PolicyRefusal[]): NewPasswordProblem => passwordProblemOf(refusals),
  }
}

/** The first refusal is told; the rule that all of them come from stands above the field. */
export function passwordProblemOf([refusal]: readonly PolicyRefusal[]): NewPasswordProblem {
  switch (refusal?.code) {
    case 'too_long':
      return 'too_long'
    case 'unusable_character':
      return 'unusable'
    case 'common':
      return 'breached'
    case 'context_word':
      return 'contains_name'
    case 'used_before':
      return 'unchanged'
    case 'too_short':
    case undefined:
      return 'too_short'
    default:
      return refusal satisfies never
  }
}

/** Leaves out what is undefined: an absent field and an undefined one are different things here. */
function given<T extends Record<string, unknown>>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>
  }
}
