// Comfort for people with scripts; every page works without this file.

/** A Show/Hide button beside a password. It exists only when this script runs. */
class PasswordReveal extends HTMLElement {
  connectedCallback() {
    const input = document.getElementById(this.getAttribute('for'))
    if (!input || this.button) return
    this.input = input
    this.button = document.createElement('button')
    this.button.type = 'button'
    this.button.className = 'reveal'
    this.button.setAttribute('aria-controls', input.id)
    this.button.addEventListener('click', () => this.set(input.type === 'password'))
    this.live = document.createElement('span')
    this.live.className = 'unseen'
    this.live.setAttribute('role', 'status')
    input.after(this.button)
    this.append(this.live)
    this.label(false)
  }

  set(visible) {
    this.input.type = visible ? 'text' : 'password'
    this.label(visible)
    this.live.textContent = visible ? this.dataset.shown : this.dataset.hidden
  }

  label(visible) {
    this.button.textContent = visible ? this.dataset.hide : this.dataset.show
    this.button.setAttribute('aria-label', visible ? this.dataset.hideLabel : this.dataset.showLabel)
  }

  /** Before sending: browsers offer to save a password only from a password field. */
  conceal() {
    this.input.type = 'password'
    this.label(false)
  }
}
customElements.define('password-reveal', PasswordReveal)

// Moments come in universal time; here it is known what time that is for the person.
const local = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: 'medium', timeStyle: 'short' })
for (const moment of document.querySelectorAll('time')) moment.textContent = local.format(new Date(moment.dateTime))

function setBusy(form, busy) {
  form.toggleAttribute('data-waiting', busy)
  form.setAttribute('aria-busy', String(busy))
  form.querySelector('.status').textContent = busy ? form.dataset.busy : ''
}

document.addEventListener('submit', (event) => {
  const form = event.target
  if (form.hasAttribute('data-waiting')) {
    event.preventDefault()
    return
  }
  for (const field of form.querySelectorAll('password-reveal')) field.conceal()
  setBusy(form, true)
  // Someone who stops a slow page must be able to send it again.
  setTimeout(() => setBusy(form, false), 15_000)
})

addEventListener('pageshow', (event) => {
  if (event.persisted) for (const form of document.forms) setBusy(form, false)
})

// After "Back" the page waits for the button, so that nobody is caught between two pages.
const [entry] = performance.getEntriesByType('navigation')
if (entry?.type !== 'back_forward') document.querySelector('form[data-auto]')?.requestSubmit()
