import { html } from '../../../platform/html/index.ts'
import type { HtmlValue } from '../../../platform/html/index.ts'
import {
  field,
  form,
  knownUsername,
  problemSummary,
  quietSubmit,
  revealable,
  submit,
  usernameField,
  tickBox,
} from './form.ts'
import { buttonLink, duration, lead, link, noteBox, ourHref, page } from './layout.ts'
import type {
  ChooseView,
  ClosedView,
  HostedView,
  PasswordView,
  ReturnedView,
  ThrottledView,
  UsernameView,
} from './views.ts'

/** First step of sign-in: who is it? Posts `username`. */
export function usernamePage(view: UsernameView): string {
  const { t, problem } = view
  const text = problem && t(`username.error.${problem}`)
  const fields = html`${usernameField(t, {
    value: view.username,
    problem: text,
    autocomplete: 'username webauthn',
    hint: t('username.hint'),
  })}
  ${submit(t('common.continue'))}`
  return page(view, {
    title: t('username.title'),
    hasProblem: text !== undefined,
    before: problemSummary(t, text ? [{ fieldId: 'username', text }] : []),
    body: html`${noteBox(view.note)}${form(t, view.form, 'busy.continuing', fields)}${connections(view)}`,
    ways: html`${link(view.forgotUsernameHref, t('username.forgot'))}${view.companyHref && link(view.companyHref, t('username.company'))}`,
  })
}

/**
 * Second step: proof. Posts `username` and `password`.
 * One page for every name, known or not; whatever is wrong, the password field comes back empty.
 */
export function passwordPage(view: PasswordView): string {
  const { t, problem } = view
  const text = problem && t(`password.error.${problem}`)
  const focus = !problem && html` autofocus`
  const password = field({
    id: 'password',
    label: t('password.label'),
    problem: text,
    input: html`type="password" autocomplete="current-password" autocapitalize="none" spellcheck="false"${focus}`,
  })
  const fields = html`${knownUsername(t, view.username)}
    <p class="under"><a class="link" href="${ourHref(view.changeUsernameHref)}">${t('password.notYou')}</a></p>
    ${revealable(t, 'password', password)} ${staySignedIn(view)} ${browserWork(view)} ${submit(t('common.signIn'))}`
  return page(view, {
    title: t('password.title'),
    hasProblem: text !== undefined,
    before: problemSummary(t, text ? [{ fieldId: 'password', text }] : []),
    body: html`${noteBox(view.note)}${workNote(view)}${form(t, view.form, 'busy.signingIn', fields)}`,
    ways: html`${link(view.forgotPasswordHref, t('password.forgot'))}${link(view.forgotUsernameHref, t('username.forgot'))}${view.companyHref && link(view.companyHref, t('username.company'))}`,
  })
}

function staySignedIn({ t, stay }: PasswordView): HtmlValue {
  if (!stay) return null
  return tickBox({
    id: 'stay-signed-in',
    name: 'stay_signed_in',
    label: t('password.stay'),
    hint: t('password.stayHint'),
    isTicked: stay.isTicked,
  })
}

/**
 * In the place of the second step where another site asks for the password; people meet it when they come back by the
 * browser's Back. One page for every name that leads there.
 */
export function hostedPage(view: HostedView): string {
  const { t } = view
  const fields = html`${knownUsername(t, view.username)}
    <p class="under"><a class="link" href="${ourHref(view.changeUsernameHref)}">${t('password.notYou')}</a></p>
    ${submit(t('common.continue'))}`
  return page(view, {
    title: t('hosted.title'),
    body: html`${lead(t('hosted.text', { host: view.host }))}${form(t, view.form, 'busy.continuing', fields)}`,
    ways: html`${link(view.forgotUsernameHref, t('username.forgot'))}${view.companyHref && link(view.companyHref, t('username.company'))}`,
  })
}

/** The other site sent the person back and nobody is signed in: a way to begin again, with the name still there. */
export function returnedPage(view: ReturnedView): string {
  const { t } = view
  return page(view, {
    title: t('returned.title'),
    hasProblem: true,
    body: html`${lead(t('returned.text'))}${buttonLink(view.againHref, t('common.backToSignIn'))}`,
  })
}

/** Too many attempts: says how long to wait, in words, and nothing about the name. */
export function throttledPage(view: ThrottledView): string {
  const { t } = view
  return page(view, {
    title: t('throttled.title'),
    hasProblem: true,
    body: html`${lead(t('throttled.wait', { wait: duration(t, view.waitSeconds) }))}
      <p>${t('throttled.meanwhile')}</p>
      ${buttonLink(view.retryHref, t('throttled.retry'))}`,
    ways: link(view.forgotPasswordHref, t('password.forgot')),
  })
}

/** Too many wrong passwords from everywhere: says what opens the way again, and nothing about the name. */
export function closedPage(view: ClosedView): string {
  const { t } = view
  return page(view, {
    title: t('closed.title'),
    hasProblem: true,
    body: html`${lead(t('closed.why'))}
      <p>${t('closed.elsewhere')}</p>
      ${buttonLink(view.forgotPasswordHref, t('closed.choose'))}`,
    ways: link(view.changeUsernameHref, t('password.notYou')),
  })
}

/** Several ways onward, each a button or a link of the same size. */
export function choosePage(view: ChooseView): string {
  const { t } = view
  const choices = view.choices.map((choice) => {
    const hint = choice.hint && html`<p class="hint">${choice.hint}</p>`
    if ('form' in choice) {
      return html`<li>${form(t, choice.form, 'busy.continuing', quietSubmit(choice.label))}${hint}</li>`
    }
    return html`<li>
      <p class="act"><a class="button quiet" href="${ourHref(choice.href)}">${choice.label}</a></p>
      ${hint}
    </li>`
  })
  return page(view, {
    title: t('choose.title'),
    body: html`${noteBox(view.note)}
      <ul class="choices">
        ${choices}
      </ul>`,
    ways: view.backHref ? link(view.backHref, t('common.backToSignIn')) : undefined,
  })
}

/** The work, for the script beside it; without scripts an empty field, and nothing that a person could do or see. */
function browserWork({ t, work, assets, nonce }: PasswordView): HtmlValue {
  if (!work) return null
  return html`<browser-work
    data-token="${work.token}"
    data-salt="${work.salt}"
    data-target="${work.target}"
    data-numbers="${work.numbers}"
    data-iterations="${work.iterations}"
    data-working="${t('work.working')}"
    ><input type="hidden" name="work" value="" />
    <script type="module" nonce="${nonce}" src="${ourHref(assets.workJs)}"></script
  ></browser-work>`
}

function workNote({ t, work }: PasswordView): HtmlValue {
  if (work?.waitSeconds === undefined) return null
  const wait = duration(t, work.waitSeconds)
  return html`${noteBox(t('work.again'))}<noscript>${noteBox(t('work.noScript', { wait }))}</noscript>`
}

function connections({ t, connections: list = [] }: UsernameView): HtmlValue {
  if (list.length === 0) return null
  const links = list.map(
    ({ name, href }) =>
      html`<p class="act">
        <a class="button quiet" href="${ourHref(href)}">${t('username.connection', { name })}</a>
      </p>`,
  )
  return html`<p class="or"><span>${t('common.or')}</span></p>
    ${links}`
}
