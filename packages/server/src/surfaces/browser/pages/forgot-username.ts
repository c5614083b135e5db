import { html } from '../../../platform/html/index.ts'
import { field, form, problemSummary, submit } from './form.ts'
import { buttonLink, lead, link, page } from './layout.ts'
import type { ForgotUsernameView, UsernameSentView } from './views.ts'

/** Asks for the address that usernames shall be sent to. Posts `email`. */
export function forgotUsernamePage(view: ForgotUsernameView): string {
  const { t, problem } = view
  const text = problem && t(`forgotUsername.error.${problem}`)
  const focus = !problem && html` autofocus`
  const email = field({
    id: 'email',
    label: t('forgotUsername.label'),
    problem: text,
    value: view.email,
    input: html`type="email" autocomplete="email" autocapitalize="none" spellcheck="false" dir="ltr"${focus}`,
  })
  return page(view, {
    title: t('forgotUsername.title'),
    hasProblem: text !== undefined,
    before: problemSummary(t, text ? [{ fieldId: 'email', text }] : []),
    body: html`${lead(t('forgotUsername.lead', { brand: view.brand.name }))}
    ${form(t, view.form, 'busy.sending', html`${email}${submit(t('forgotUsername.send'))}`)}`,
    ways: link(view.signInHref, t('common.backToSignIn')),
  })
}

/** The one answer for every address. */
export function usernameSentPage(view: UsernameSentView): string {
  const { t } = view
  return page(view, {
    title: t('usernameSent.title'),
    body: html`${lead(t('usernameSent.text', { email: view.email }))}
      <p>${t('usernameSent.hint')}</p>
      ${buttonLink(view.signInHref, t('common.backToSignIn'))}`,
    ways: link(view.retryHref, t('usernameSent.another')),
  })
}
