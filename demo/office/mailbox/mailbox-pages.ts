import { html, raw } from '../../web/html.ts'
import type { Html, Part } from '../../web/html.ts'
import { officePage } from '../pages/layout.ts'
import { dateTime, longDateTime } from '../pages/words.ts'
import type { Letter } from './mailbox.ts'

const everySeconds = 5

export function mailboxPage(letters: readonly Letter[], isRefreshing: boolean): Html {
  return officePage({
    title: 'Mailbox',
    current: '/mailbox',
    ...(isRefreshing ? { refreshSeconds: everySeconds } : {}),
    body: html`
      <h1>Mailbox</h1>
      <p class="lead">Every letter that Gatehouse sends ends here. Nothing leaves this machine.</p>
      <p class="tools">
        <a class="button" href="${isRefreshing ? '/mailbox?refresh=1' : '/mailbox'}">Look again</a>
        ${
          isRefreshing
            ? html`<a href="/mailbox">Stop looking every ${everySeconds} seconds</a>`
            : html`<a href="/mailbox?refresh=1">Look every ${everySeconds} seconds</a>`
        }
      </p>
      ${
        letters.length === 0
          ? noLetters
          : html`<ol class="letters" reversed>
              ${letters.map(letterRow)}
            </ol>`
      }
    `,
  })
}

const noLetters = html`<div class="empty">
  <h2>No letters yet</h2>
  <p>
    Letters that arrive while the demo runs are kept until it stops. To get one, choose “Forgot your password?” at the
    sign-in, as <b>hodan.jama</b> for instance.
  </p>
</div>`

function letterRow(letter: Letter): Html {
  return html`<li>
    <a class="letter" href="/mailbox/${letter.id}">
      <span class="subject">${letter.subject}</span>
      <span class="to">to ${letter.to.join(', ')}</span>
      <time datetime="${letter.receivedAt.toISOString()}">${dateTime(letter.receivedAt)}</time>
    </a>
  </li>`
}

export function letterPage(letter: Letter): Html {
  return officePage({
    title: letter.subject,
    current: '/mailbox',
    body: html`
      <p class="back"><a href="/mailbox">Back to the mailbox</a></p>
      <h1>${letter.subject}</h1>
      <dl class="facts">
        <dt>From</dt>
        <dd>${letter.from}</dd>
        <dt>To</dt>
        <dd>${letter.to.join(', ')}</dd>
        <dt>Arrived</dt>
        <dd><time datetime="${letter.receivedAt.toISOString()}">${longDateTime(letter.receivedAt)}</time></dd>
      </dl>
      ${letter.code !== undefined && html`<p class="code"><span>The code in this letter</span> <strong>${letter.code}</strong></p>`}
      ${
        letter.html !== undefined &&
        html`<h2>As a mail program shows it</h2>
          <iframe
            class="paper"
            title="The letter as HTML"
            src="/mailbox/${letter.id}/html"
            sandbox="allow-popups allow-popups-to-escape-sandbox"
          ></iframe>`
      }
      <h2>${letter.html === undefined ? 'The letter' : 'As plain text'}</h2>
      ${letter.text === '' ? html`<p>This letter has no text part.</p>` : html`<pre class="paper">${withLinks(letter.text)}</pre>`}
    `,
  })
}

/** Plain text with its web addresses as links; everything is escaped, the addresses too. */
export function withLinks(text: string): readonly Part[] {
  return text
    .split(/(https?:\/\/[^\s<>"'`]+[^\s<>"'`.,;:!?)\]])/u)
    .map((part, index) => (index % 2 === 1 ? html`<a href="${part}" rel="noopener noreferrer">${part}</a>` : part))
}

/** What an HTML letter may do, wherever it is opened: show itself, and open links in a new window. No script, no request. */
export const letterPolicy = [
  'sandbox allow-popups allow-popups-to-escape-sandbox',
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join('; ')

/** The letter's own HTML, with links made to leave the frame. It is not escaped: the policy above is what holds it. */
export const letterDocument = (letter: Letter): Html => html`<base target="_blank" />${raw(letter.html ?? '')}`
