/** Pages for payers and staff: whole documents as strings, made from views. They work without scripts. */
export {
  accountPage,
  confirmEndPage,
  historyPage,
  ownPasswordDonePage,
  ownPasswordPage,
  sessionsPage,
} from './account.ts'
export { readPageFiles } from './assets.ts'
export type { PageFile } from './assets.ts'
export { companyFoundPage, companyPage } from './company.ts'
export { consentPage, knownPageScopes } from './consent.ts'
export { forgotUsernamePage, usernameSentPage } from './forgot-username.ts'
export {
  forgotPasswordPage,
  mustChangePasswordPage,
  mustResetPasswordPage,
  resetCodePage,
  resetDonePage,
} from './new-password.ts'
export { languagesOf } from './languages.ts'
export { duration } from './layout.ts'
export { continuePage, errorPage, expiredPage } from './notices.ts'
export { surfaceColours } from './palette.ts'
export type { Scheme } from './palette.ts'
export {
  choosePage,
  closedPage,
  hostedPage,
  passwordPage,
  returnedPage,
  throttledPage,
  usernamePage,
} from './sign-in.ts'
export { signedOutPage, signOutPage } from './sign-out.ts'
export type * from './views.ts'
