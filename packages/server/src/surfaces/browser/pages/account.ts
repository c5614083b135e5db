import { html } from '../../../platform/html/index.ts'
import type { Html, HtmlValue } from '../../../platform/html/index.ts'
import type { Translate } from '../messages/index.ts'
import {
  field,
  form,
  knownUsername,
  newPasswordFields,
  newPasswordProblem,
  problemSummary,
  revealable,
  submit,
} from './form.ts'
import { buttonLink, duration, lead, link, ourHref, page } from './layout.ts'
import type {
  AccountView,
  ConfirmEndView,
  DeviceView,
  DeviceWords,
  HistoryView,
  OwnPasswordDoneView,
  OwnPasswordView,
  PageView,
  SessionsView,
} from './views.ts'

/** What a signed-in person can see and change, each a way of its own. */
export function accountPage(view: AccountView): string {
  const { t } = view
  const way = (href: string | undefined, title: string, hint: string): HtmlValue =>
    href !== undefined &&
    html`<li>
      <a class="way" href="${ourHref(href)}">${title}</a>
      <p class="hint">${hint}</p>
    </li>`
  return page(view, {
    title: t('account.title'),
    body: html`<dl class="facts who">
        <dt>${t('account.name')}</dt>
        <dd><bdi>${view.name}</bdi></dd>
        <dt>${t('username.label')}</dt>
        <dd><bdi>${view.username}</bdi></dd>
      </dl>
      <ul class="items">
        ${way(view.sessionsHref, t('sessions.title'), t('account.sessionsHint'))}
        ${way(view.historyHref, t('history.title'), t('account.historyHint'))}
        ${way(view.passwordHref, t('ownPassword.title'), t('account.passwordHint'))}
      </ul>
      ${view.passwordHref === undefined && html`<p class="hint">${t('account.passwordElsewhere')}</p>`}`,
    ways: link(view.signOutHref, t('signOut.confirm')),
  })
}

/** Where a person is signed in. Each device but this one has a form that ends it: posts `session`. */
export function sessionsPage(view: SessionsView): string {
  const { t, devices } = view
  const others = devices.filter(({ isCurrent }) => !isCurrent)
  const items = devices.map((device, at) => {
    const name = deviceName(t, device.device)
    return html`<li>
      <h2 id="device-${at}">
        <bdi>${name}</bdi>${device.isCurrent && html` <span class="badge">${t('sessions.current')}</span>`}
      </h2>
      ${deviceFacts(view, device)}
      ${
        device.isCurrent
          ? html`<p><a class="link" href="${ourHref(view.signOutHref)}">${t('signOut.confirm')}</a></p>`
          : form(t, view.endForm(device.sessionUid), 'busy.signingOut', endButton(t, at))
      }
    </li>`
  })
  return page(view, {
    title: t('sessions.title'),
    body: html`${view.done && html`<div class="note" id="done" tabindex="-1" autofocus>${t(`sessions.done.${view.done}`)}</div>`}
      ${lead(t('sessions.lead', { count: devices.length }))}
      <ul class="items">
        ${items}
      </ul>
      ${
        others.length > 0 &&
        html`<div class="again">
          <p>${t('sessions.othersHint')}</p>
          ${form(t, view.endForm('others'), 'busy.signingOut', submit(t('sessions.endOthers')))}
        </div>`
      }`,
    ways: html`${link(view.historyHref, t('history.title'))}${link(view.accountHref, t('account.back'))}`,
  })
}

/** Asked after the person has proved themselves again: nothing ends by coming back. Posts what the list posts. */
export function confirmEndPage(view: ConfirmEndView): string {
  const { t, device } = view
  const name = device && deviceName(t, device.device)
  return page(view, {
    title: name === undefined ? t('sessions.confirmOthers') : t('sessions.confirm', { device: name }),
    body: html`${device ? deviceFacts(view, device) : lead(t('sessions.othersHint'))}
    ${form(t, view.form, 'busy.signingOut', submit(device ? t('sessions.end') : t('sessions.endOthers')))}`,
    ways: link(view.sessionsHref, t('sessions.keep')),
  })
}

/** Sign-ins and attempts, newest first. */
export function historyPage(view: HistoryView): string {
  const { t, events } = view
  const items = events.map(
    (event) =>
      html`<li>
        <h2 class="${event.result === 'signed_in' ? 'good' : 'bad'}">${t(`history.result.${event.result}`)}</h2>
        <dl class="pairs">
          <dt>${t('history.when')}</dt>
          <dd>${moment(view, event.at)}</dd>
          <dt>${t('history.device')}</dt>
          <dd><bdi>${deviceName(t, event.device)}</bdi></dd>
          ${event.place && pair(t('sessions.network'), html`<bdi dir="ltr">${event.place}</bdi>`)}
          <dt>${t('history.how')}</dt>
          <dd>${event.route ? t(`history.route.${event.route}`) : t('password.label')}</dd>
          ${
            view.biller &&
            html`<dt>${t('history.biller')}</dt>
              <dd><bdi>${view.biller}</bdi></dd>`
          }
        </dl>
      </li>`,
  )
  return page(view, {
    title: t('history.title'),
    body: html`${lead(t('history.lead'))}
    ${
      items.length > 0
        ? html`<ul class="items">
            ${items}
          </ul>`
        : html`<p>${t('history.empty')}</p>`
    }
    ${view.olderHref && html`<p class="act"><a class="button quiet" href="${ourHref(view.olderHref)}">${t('history.older')}</a></p>`}`,
    ways: html`${link(view.sessionsHref, t('sessions.title'))}${link(view.accountHref, t('account.back'))}`,
  })
}

/** Posts `username`, `current_password`, `new_password` and `end_other_sessions=yes` if ticked. */
export function ownPasswordPage(view: OwnPasswordView): string {
  const { t, rule, currentProblem } = view
  const wait = { wait: duration(t, view.waitSeconds ?? 1) }
  const currentText = currentProblem && t(`ownPassword.error.${currentProblem}`, wait)
  const text = view.problem && newPasswordProblem(t, view.problem, rule)
  const problems = [
    ...(currentText ? [{ fieldId: 'current-password', text: currentText }] : []),
    ...(text ? [{ fieldId: 'new-password', text }] : []),
  ]
  const focus = problems.length === 0 && html` autofocus`
  const current = field({
    id: 'current-password',
    name: 'current_password',
    label: t('ownPassword.current'),
    problem: currentText,
    input: html`type="password" autocomplete="current-password" autocapitalize="none" spellcheck="false"${focus}`,
  })
  const fields = html`${knownUsername(t, view.username)}${revealable(t, 'current-password', current)}
  ${newPasswordFields(t, rule, text, view.endOtherSessions)} ${submit(t('newPassword.save'))}`
  return page(view, {
    title: t('ownPassword.title'),
    hasProblem: problems.length > 0,
    before: problemSummary(t, problems),
    body: form(t, view.form, 'busy.saving', fields),
    ways: link(view.accountHref, t('account.back')),
  })
}

/** The new password is stored, and this browser is still signed in. */
export function ownPasswordDonePage(view: OwnPasswordDoneView): string {
  const { t } = view
  return page(view, {
    title: t('resetDone.title'),
    body: html`${lead(t('ownPassword.done'))}${view.othersEnded && html`<p>${t('resetDone.othersEnded')}</p>`}
    ${buttonLink(view.accountHref, t('account.back'))}`,
  })
}

/** "Chrome on Windows", or as much of it as is known. */
function deviceName(t: Translate, { browser, system }: DeviceWords): string {
  if (browser !== undefined && system !== undefined) return t('device.both', { browser, system })
  return browser ?? system ?? t('device.unknown')
}

function endButton(t: Translate, at: number): Html {
  return html`<p class="act">
    <button class="button quiet" type="submit" aria-describedby="device-${at}">${t('sessions.end')}</button>
  </p>`
}

function deviceFacts(view: PageView, device: DeviceView): Html {
  const { t } = view
  return html`<dl class="pairs">
    ${pair(t('sessions.lastSeen'), moment(view, device.lastSeenAt))}
    ${pair(t('sessions.signedIn'), moment(view, device.signedInAt))}
    ${device.place && pair(t('sessions.network'), html`<bdi dir="ltr">${device.place}</bdi>`)}
    ${device.isRemembered && pair(t('sessions.stays'), t('sessions.staysYes'))}
  </dl>`
}

const pair = (name: string, value: HtmlValue): Html =>
  html`<dt>${name}</dt>
    <dd>${value}</dd>`

/** In universal time for everybody; the script says it again in the person's own. */
function moment({ locale, t }: PageView, at: Date): Html {
  const format = locale === 'es' ? 'es' : 'en'
  const text = new Intl.DateTimeFormat(format, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' }).format(at)
  return html`<time datetime="${at.toISOString()}">${t('moment.utc', { moment: text })}</time>`
}
