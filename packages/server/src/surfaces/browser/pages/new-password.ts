import { html } from '../../../platform/html/index.ts'
import {
  field,
  form,
  knownUsername,
  newPasswordFields,
  newPasswordProblem,
  problemSummary,
  quietSubmit,
  submit,
  usernameField,
} from './form.ts'
import type { FieldProblem } from './form.ts'
import { buttonLink, duration, lead, link, noteBox, ourHref, page } from './layout.ts'
import type {
  ForgotPasswordView,
  MustChangePasswordView,
  MustResetPasswordView,
  ResetCodeView,
  ResetDoneView,
} from './views.ts'

/** After a right password that may not stay. Posts `username`, `new_password` and `end_other_sessions=yes` if ticked. */
export function mustChangePasswordPage(view: MustChangePasswordView): string {
  const { t, rule } = view
  const text = view.problem && newPasswordProblem(t, view.problem, rule)
  const fields = html`${knownUsername(t, view.username)}${newPasswordFields(t, rule, text, true)}
  ${submit(t('newPassword.save'))}`
  return page(view, {
    title: t('mustChange.title'),
    hasProblem: text !== undefined,
    before: problemSummary(t, text ? [{ fieldId: 'new-password', text }] : []),
    body: html`${lead(t(`mustChange.why.${view.why}`, { brand: view.brand.name }))}${noteBox(view.note)}
    ${form(t, view.form, 'busy.saving', fields)}`,
  })
}

/** The old password no longer counts; a code by e-mail is the way on. Posts `username`. */
export function mustResetPasswordPage(view: MustResetPasswordView): string {
  const { t } = view
  const fields = html`${knownUsername(t, view.username)}${submit(t('mustReset.send'))}`
  return page(view, {
    title: t('mustReset.title'),
    body: html`${lead(t(`mustReset.why.${view.why}`, { brand: view.brand.name }))}
    ${form(t, view.form, 'busy.sending', fields)}`,
    ways: link(view.signInHref, t('common.backToSignIn')),
  })
}

/** Asks for the username that a code shall be sent for. Posts `username`. */
export function forgotPasswordPage(view: ForgotPasswordView): string {
  const { t, problem } = view
  const text = problem && t(`username.error.${problem}`)
  const fields = html`${usernameField(t, { value: view.username, problem: text, autocomplete: 'username' })}
  ${submit(t('forgotPassword.send'))}`
  return page(view, {
    title: t('forgotPassword.title'),
    hasProblem: text !== undefined,
    before: problemSummary(t, text ? [{ fieldId: 'username', text }] : []),
    body: html`${lead(t('forgotPassword.lead'))}${form(t, view.form, 'busy.sending', fields)}`,
    ways: html`${link(view.forgotUsernameHref, t('username.forgot'))}${link(view.signInHref, t('common.backToSignIn'))}`,
  })
}

/** Posts `username`, `code`, `new_password` and `end_other_sessions=yes` if ticked; the second form asks for a new code. */
export function resetCodePage(view: ResetCodeView): string {
  const { t, rule } = view
  const codeText = view.codeProblem && t(`resetCode.error.${view.codeProblem}`)
  const passwordText = view.passwordProblem && newPasswordProblem(t, view.passwordProblem, rule)
  const problems: FieldProblem[] = []
  if (codeText) problems.push({ fieldId: 'code', text: codeText })
  if (passwordText) problems.push({ fieldId: 'new-password', text: passwordText })

  // No maxlength: a code pasted as "123 456" keeps all its digits.
  const focus = problems.length === 0 && !view.resent && html` autofocus`
  const code = field({
    id: 'code',
    label: t('resetCode.codeLabel'),
    hint: t('resetCode.codeHint', { wait: duration(t, view.codeLifeSeconds) }),
    problem: codeText,
    input: html`class="code" type="text" inputmode="numeric" autocomplete="one-time-code" autocapitalize="none"
    spellcheck="false" dir="ltr"${focus}`,
  })
  const fields = html`${knownUsername(t, view.username)}
    <p class="under"><a class="link" href="${ourHref(view.changeUsernameHref)}">${t('resetCode.changeUsername')}</a></p>
    ${code}${newPasswordFields(t, rule, passwordText, view.endOtherSessions ?? true)} ${submit(t('newPassword.save'))}`

  return page(view, {
    title: t('resetCode.title'),
    hasProblem: problems.length > 0,
    before: problemSummary(t, problems),
    body: html`${lead(t('resetCode.lead', { username: view.username }))}${resent(view)}${noteBox(view.note)}
      ${form(t, view.form, 'busy.saving', fields)}
      <div class="again">
        <p>${t('resetCode.notReceived')}</p>
        ${form(t, view.resend, 'busy.sending', quietSubmit(t('resetCode.resend')))}
      </div>`,
  })
}

/** The new password is stored. */
export function resetDonePage(view: ResetDoneView): string {
  const { t } = view
  return page(view, {
    title: t('resetDone.title'),
    body: html`${lead(t('resetDone.text'))}${view.otherSessionsEnded && html`<p>${t('resetDone.othersEnded')}</p>`}
    ${buttonLink(view.signInHref, t('common.signIn'))}`,
  })
}

function resent({ t, resent: answer }: ResetCodeView) {
  if (!answer) return null
  const text =
    answer.kind === 'sent' ? t('resetCode.resent') : t('resetCode.tooSoon', { wait: duration(t, answer.waitSeconds) })
  return html`<div class="note" id="resent" tabindex="-1" autofocus>${text}</div>`
}
