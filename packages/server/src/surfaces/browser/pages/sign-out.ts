import { html } from '../../../platform/html/index.ts'
import { form } from './form.ts'
import { buttonLink, lead, page } from './layout.ts'
import type { SignedOutView, SignOutView } from './views.ts'

/** Asks before a sign-out that somebody else's link may have started. Posts `logout=yes`, or nothing to stay. */
export function signOutPage(view: SignOutView): string {
  const { t } = view
  const buttons = html`<p class="act">
      <button class="button" type="submit" name="logout" value="yes">${t('signOut.confirm')}</button>
    </p>
    <p class="act"><button class="button quiet" type="submit">${t('signOut.stay')}</button></p>`
  return page(view, {
    title: t('signOut.title', { brand: view.brand.name }),
    body: html`${lead(t('signOut.text'))}${form(t, view.form, 'busy.continuing', buttons)}`,
  })
}

/** The session has ended; names applications that may still be open. */
export function signedOutPage(view: SignedOutView): string {
  const { t, locale, unconfirmed = [] } = view
  const apps = new Intl.ListFormat(locale).format(unconfirmed)
  return page(view, {
    title: t('signedOut.title'),
    body: html`${lead(t('signedOut.text', { brand: view.brand.name }))}
      ${apps && html`<div class="note">${t('signedOut.incomplete', { apps, count: unconfirmed.length })}</div>`}
      <p>${t('signedOut.sharedDevice')}</p>
      ${view.signInHref && buttonLink(view.signInHref, t('signedOut.again'))}`,
  })
}
