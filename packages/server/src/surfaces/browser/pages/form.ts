/** The parts of a form. Ids and names stand here in the open: password managers and scripts rely on them (A8). */
import { html } from '../../../platform/html/index.ts'
import type { Html, HtmlValue } from '../../../platform/html/index.ts'
import type { Translate } from '../messages/index.ts'
import { ourHref } from './layout.ts'
import type { FormTarget, NewPasswordProblem, PasswordRule } from './views.ts'

/** One thing that is wrong and the field it is about. */
export type FieldProblem = { fieldId: string; text: string }

/**
 * The list of problems at the top. It takes the focus when the page opens, without a script (`autofocus`),
 * and links to each field.
 */
export function problemSummary(t: Translate, problems: readonly FieldProblem[]): HtmlValue {
  if (problems.length === 0) return null
  const items = problems.map(({ fieldId, text }) => html`<li><a href="#${fieldId}">${text}</a></li>`)
  return html`<div class="summary" id="problem" role="group" tabindex="-1" autofocus aria-labelledby="problem-title">
    <h2 id="problem-title">${t('summary.heading')}</h2>
    <ul>
      ${items}
    </ul>
  </div>`
}

type Busy = 'busy.signingIn' | 'busy.signingOut' | 'busy.sending' | 'busy.saving' | 'busy.continuing'

/** A form with its hidden fields. The status line stays empty until the script says what is going on. */
export function form(t: Translate, target: FormTarget, busy: Busy, body: HtmlValue, auto = false): Html {
  const hidden = Object.entries(target.hidden ?? {}).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
  )
  return html`<form
    method="post"
    action="${ourHref(target.action)}"
    novalidate
    data-busy="${t(busy)}"
    ${auto && html` data-auto`}
  >
    ${hidden}${body}
    <p class="status" role="status"></p>
  </form>`
}

/** The main button of a form. It is never disabled: an early press is answered by the server's words. */
export function submit(text: string): Html {
  return html`<p class="act"><button class="button" type="submit">${text}</button></p>`
}

/** A choice beside the main button, with the same weight in reach and less in colour. */
export function quietSubmit(text: string): Html {
  return html`<p class="act"><button class="button quiet" type="submit">${text}</button></p>`
}

type FieldSpec = {
  id: string
  /** Absent: the same as the id. */
  name?: string
  label: string
  hint?: string | Html | undefined
  problem?: string | undefined
  /** Attributes of the input that are fixed text of ours. */
  input: Html
  value?: string | undefined
}

/** Label, hint, problem and input, bound to each other for screen readers. */
export function field({ id, name = id, label, hint, problem, input, value }: FieldSpec): Html {
  const hintId = hint !== undefined ? `${id}-hint` : undefined
  const problemId = problem ? `${id}-problem` : undefined
  const describedBy = [problemId, hintId].filter(Boolean).join(' ')
  return html`<div class="field${problem && ' wrong'}">
    <label for="${id}">${label}</label>
    ${hint !== undefined && html`<div class="hint" id="${hintId}">${hint}</div>`}
    ${problem && html`<p class="problem" id="${problemId}">${problem}</p>`}
    <input
      id="${id}"
      name="${name}"
      ${input}${value !== undefined && html` value="${value}"`}${describedBy && html` aria-describedby="${describedBy}"`}${problem && html` aria-invalid="true"`}
    />
  </div>`
}

/** Wraps a password field, so that the script can add its Show button. Without the script it is a plain block. */
export function revealable(t: Translate, inputId: string, body: Html): Html {
  return html`<password-reveal
    for="${inputId}"
    data-show="${t('reveal.show')}"
    data-hide="${t('reveal.hide')}"
    data-show-label="${t('reveal.showLabel')}"
    data-hide-label="${t('reveal.hideLabel')}"
    data-shown="${t('reveal.shown')}"
    data-hidden="${t('reveal.hidden')}"
    >${body}</password-reveal
  >`
}

/** The name in the form of its password, so that password managers store the two together (A3). */
export function knownUsername(t: Translate, username: string): Html {
  return html`<div class="field known">
    <label for="username">${t('username.label')}</label>
    <input
      id="username"
      name="username"
      type="text"
      autocomplete="username"
      autocapitalize="none"
      spellcheck="false"
      dir="auto"
      readonly
      value="${username}"
    />
  </div>`
}

/** A field where a username is typed. */
export function usernameField(
  t: Translate,
  spec: {
    value?: string | undefined
    problem?: string | undefined
    autocomplete: 'username' | 'username webauthn'
    hint?: string
  },
): Html {
  const focus = !spec.problem && html` autofocus`
  return field({
    id: 'username',
    label: t('username.label'),
    hint: spec.hint,
    problem: spec.problem,
    value: spec.value,
    input: html`type="text" autocomplete="${spec.autocomplete}" autocapitalize="none" spellcheck="false"
    dir="auto"${focus}`,
  })
}

/** A new password with its rule in sight before anybody types, and the choice to end other sessions. */
export function newPasswordFields(
  t: Translate,
  rule: PasswordRule,
  problem: string | undefined,
  endOtherSessions: boolean,
): Html {
  const hint = html`<ul>
    <li>${t('newPassword.rule.length', { min: rule.min })}</li>
    <li>${t('newPassword.rule.free')}</li>
    <li>${t('newPassword.rule.breached')}</li>
  </ul>`
  const password = field({
    id: 'new-password',
    name: 'new_password',
    label: t('newPassword.label'),
    hint,
    problem,
    input: html`type="password" autocomplete="new-password" autocapitalize="none" spellcheck="false"`,
  })
  return html`${revealable(t, 'new-password', password)}
  ${tickBox({
    id: 'end-other-sessions',
    name: 'end_other_sessions',
    label: t('newPassword.endOthers'),
    hint: t('newPassword.endOthersHint'),
    isTicked: endOtherSessions,
  })}`
}

/** A choice that a form sends as `yes`. */
export function tickBox(box: { id: string; name: string; label: string; hint: string; isTicked: boolean }): Html {
  return html`<div class="check">
    <input
      id="${box.id}"
      name="${box.name}"
      type="checkbox"
      value="yes"
      aria-describedby="${box.id}-hint"
      ${box.isTicked && html` checked`}
    />
    <label for="${box.id}">${box.label}</label>
    <p class="hint" id="${box.id}-hint">${box.hint}</p>
  </div>`
}

/** The words for what is wrong with a new password. */
export function newPasswordProblem(t: Translate, problem: NewPasswordProblem, rule: PasswordRule): string {
  return t(`newPassword.error.${problem}`, { min: rule.min, max: rule.max })
}
