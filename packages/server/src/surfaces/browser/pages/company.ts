import { html } from '../../../platform/html/index.ts'
import { field, form, problemSummary, submit } from './form.ts'
import { buttonLink, lead, link, page } from './layout.ts'
import type { CompanyFoundView, CompanyView } from './views.ts'

/** "My company signs in elsewhere": asks for its address or an e-mail address there. Posts `company`. */
export function companyPage(view: CompanyView): string {
  const { t, problem } = view
  const text = problem && t(`company.error.${problem}`)
  const focus = !problem && html` autofocus`
  const company = field({
    id: 'company',
    label: t('company.label'),
    hint: t('company.hint'),
    problem: text,
    value: view.company,
    input: html`type="text" autocomplete="off" autocapitalize="none" spellcheck="false" dir="ltr"${focus}`,
  })
  return page(view, {
    title: t('company.title'),
    hasProblem: text !== undefined,
    before: problemSummary(t, text ? [{ fieldId: 'company', text }] : []),
    body: html`${lead(t('company.lead'))}
    ${form(t, view.form, 'busy.continuing', html`${company}${submit(t('common.continue'))}`)}`,
    ways: link(view.signInHref, t('common.backToSignIn')),
  })
}

/** Whose sign-in it is, before the browser goes there. */
export function companyFoundPage(view: CompanyFoundView): string {
  const { t } = view
  return page(view, {
    title: t('companyFound.title', { name: view.name }),
    body: html`${lead(t('companyFound.lead', { name: view.name }))}
    ${buttonLink(view.continueHref, t('common.continue'))}`,
    ways: html`${link(view.retryHref, t('companyFound.another'))}${link(view.signInHref, t('common.backToSignIn'))}`,
  })
}
