import { html } from '../../../platform/html/index.ts'
import { form } from './form.ts'
import { lead, page } from './layout.ts'
import type { ConsentView } from './views.ts'

/** What an application may ask of a person, in the order in which a page says it. */
export const knownPageScopes = ['openid', 'profile', 'email', 'organization', 'offline_access'] as const

/** Whether an application of another company may have what it asks for. Posts `decision`: `allow` or `deny`. */
export function consentPage(view: ConsentView): string {
  const { t, clientName: client } = view
  const scopes = view.scopes.map((scope) => html`<li>${t(`consent.scope.${scope}`)}</li>`)
  const apis = view.apis.map(
    ({ name, scopes: words }) => html`<li>${t('consent.api', { name })} <code dir="ltr">${words.join(' ')}</code></li>`,
  )
  const buttons = html`<p class="act">
      <button class="button" type="submit" name="decision" value="allow">${t('consent.allow')}</button>
    </p>
    <p class="act">
      <button class="button quiet" type="submit" name="decision" value="deny">${t('consent.deny')}</button>
    </p>`
  return page(view, {
    title: t('consent.title', { client }),
    body: html`${lead(t(view.isOwn ? 'consent.leadOwn' : 'consent.lead', { client }))}
      <ul class="items">
        ${scopes}${apis}
      </ul>
      <dl class="facts who">
        <dt>${t('consent.as')}</dt>
        <dd><bdi>${view.username}</bdi></dd>
        <dt>${t('history.biller')}</dt>
        <dd><bdi>${view.organization}</bdi></dd>
        <dt>${t('consent.destination')}</dt>
        <dd><code dir="ltr">${view.destination}</code></dd>
      </dl>
      ${form(t, view.form, 'busy.continuing', buttons)}`,
  })
}
