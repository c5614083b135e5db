import { html } from '../../../platform/html/index.ts'
import { form, submit } from './form.ts'
import { buttonLink, duration, lead, page } from './layout.ts'
import type { ContinueView, ErrorView, ExpiredView } from './views.ts'

/** Something went wrong outside a form: what to do next and the number to quote, as plain text. */
export function errorPage(view: ErrorView): string {
  const { t } = view
  return page(view, {
    title: t(`error.${view.kind}.title`),
    hasProblem: true,
    body: html`${lead(t(`error.${view.kind}.text`, { brand: view.brand.name }))}
      ${view.again && lead(t('error.again', { wait: duration(t, view.again.seconds) }))}
      ${view.again?.href !== undefined && buttonLink(view.again.href, t('common.tryAgain'))}
      ${view.startAgainHref && buttonLink(view.startAgainHref, t('common.startAgain'))}
      <dl class="facts">
        <dt>${t('common.requestId')}</dt>
        <dd><code dir="ltr">${view.requestId}</code></dd>
        ${view.detail && html`<dd><code dir="ltr" lang="en">${view.detail}</code></dd>`}
      </dl>
      <p class="hint">${t('error.quote')}</p>`,
  })
}

/** The flow can no longer be used; a new one is one press away. */
export function expiredPage(view: ExpiredView): string {
  const { t } = view
  const from = { time: 'expired', cookie: 'expired.cookie', finished: 'expired.finished' } as const
  return page(view, {
    title: t(`${from[view.why]}.title`),
    hasProblem: true,
    body: html`${lead(t(`${from[view.why]}.text`))}${buttonLink(view.startAgainHref, t('common.startAgain'))}`,
  })
}

/** Carries fields to another site (SAML HTTP-POST, `response_mode=form_post`). Works without a script by its button. */
export function continuePage(view: ContinueView): string {
  const { t } = view
  return page(view, {
    title: t('continue.title'),
    body: html`${lead(t('continue.text', { destination: view.destination }))}
    ${form(t, view.form, 'busy.continuing', submit(t('common.continue')), true)}`,
  })
}
