import { guests } from '../../legacy/guests.ts'
import type { Guest } from '../../legacy/guests.ts'
import type { Addresses } from '../../launcher/settings.ts'
import { html } from '../../web/html.ts'
import type { Html } from '../../web/html.ts'
import { officePage } from './layout.ts'
import { number } from './words.ts'

export interface Filling {
  readonly done: number
  readonly total: number
  readonly trouble?: string
}

/** The first page of the office: where to go, as whom, and what to look at. */
export function startPage(addresses: Addresses, filling: Filling | undefined): Html {
  return officePage({
    title: 'Try it',
    current: '/',
    body: html`
      <h1>Try it</h1>
      <p class="lead">
        Harborline Billing runs the portals of 24 billers. Their people sign in with the user names they have always
        had; Gatehouse finds out where each password lives and moves billers to the new sign-in one by one.
      </p>
      ${fillingNote(filling)}
      <ul class="places">
        ${place(addresses.portal, 'Biller Portal', 'The application. Start here and sign in as somebody below.')}
        ${place('/mailbox', 'Mailbox', 'Every letter that Gatehouse sends, with its code.')}
        ${place('/events', 'Events', 'What happened and why, refusals too.')}
        ${place('/billers', 'Billers', 'All 24, how they sign in today, and the address of each.')}
        ${place('/api', 'API', 'The SecureAuth API: four commands to paste, as Harborline’s CRM.')}
      </ul>

      <h2>Five things to try</h2>
      <ol class="steps">
        <li>
          <b>The same door for everybody.</b> Open the <a href="${addresses.portal}">Biller Portal</a> and sign in as
          <kbd>maria.delgado</kbd>, then sign out and come back as <kbd>leilani.kealoha</kbd>. One password is in an old
          database, the other in the new pool; the pages are the same. The badge in the top bar says which it was.
        </li>
        <li>
          <b>One biller, two sign-ins.</b> <kbd>priya.raman</kbd> gets in through the portal’s own door (earlier
          sign-in) and through <a href="${customUrl(addresses, 'priya.raman')}">her biller’s address</a> (new sign-in),
          with one password.
        </li>
        <li>
          <b>A password that must change.</b> <kbd>dr.feldman</kbd> is asked for a new one after the old one was right.
          <kbd>hodan.jama</kbd> is refused until “Forgot your password?” has proved her address; the code is in the
          <a href="/mailbox">mailbox</a>.
        </li>
        <li>
          <b>Why can’t they sign in?</b> Try <kbd>t.bergstrom</kbd> (locked), <kbd>shannon.oreilly</kbd> (disabled), a
          wrong password and a name that nobody has. The page says the same each time;
          <a href="/events?show=refused">Events</a>
          says the reason.
        </li>
        <li>
          <b>A link that waits.</b> Signed out, open the
          <a href="${addresses.portal}/invoices?status=overdue">overdue invoices</a>. After the sign-in you are there.
        </li>
      </ol>

      <h2>Whom to sign in as</h2>
      <div class="scroll" role="region" aria-label="People to sign in as" tabindex="0">
        <table>
          <thead>
            <tr>
              <th scope="col">User name</th>
              <th scope="col">Password</th>
              <th scope="col">Shows</th>
              <th scope="col">Biller</th>
            </tr>
          </thead>
          <tbody>
            ${guests.map((guest) => guestRow(addresses, guest))}
          </tbody>
        </table>
      </div>
      <p class="note">
        Gatehouse itself is at <a href="${addresses.server}/health/ready">${addresses.server}</a>; its issuer is
        <a href="${addresses.issuer}/.well-known/openid-configuration">${addresses.issuer}</a>.
      </p>
    `,
  })
}

const place = (href: string, name: string, words: string): Html =>
  html`<li>
    <a href="${href}"
      ><strong>${name}</strong><span>${href.startsWith('http') ? href.replace('http://', '') : words}</span></a
    >
    ${href.startsWith('http') && html`<p>${words}</p>`}
  </li>`

function guestRow(addresses: Addresses, { username, password, situation, description, biller }: Guest): Html {
  return html`<tr>
    <th scope="row"><code>${username}</code></th>
    <td><code>${password}</code></td>
    <td><b>${situation}.</b> <span class="soft">${description}</span></td>
    <td><a href="${addresses.server}/b/${biller.id}">${biller.name}</a></td>
  </tr>`
}

function customUrl({ server }: Addresses, username: string): string {
  const guest = guests.find((candidate) => candidate.username === username)
  return `${server}/b/${guest?.biller.id ?? ''}`
}

function fillingNote(filling: Filling | undefined): Html | undefined {
  if (filling?.trouble !== undefined) {
    return html`<p class="notice">
      Some users of the concurrent and new billers are still missing: ${filling.trouble} The next start goes on from
      there.
    </p>`
  }
  if (!filling || filling.done >= filling.total) return undefined
  return html`<p class="notice">
    First start: users of the concurrent and new billers are arriving, ${number(filling.done)} of
    ${number(filling.total)} so far. Everybody in the list below is there already.
  </p>`
}
