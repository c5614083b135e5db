import type { Addresses } from '../../launcher/settings.ts'
import { html } from '../../web/html.ts'
import type { Html } from '../../web/html.ts'
import { officePage } from './layout.ts'

/** An application that may do everything the management API offers. */
export interface Crm {
  readonly clientId: string
  readonly secret: string
}

interface Call {
  readonly title: string
  readonly words: string
  readonly command: string
}

const pool = 'st-croix-valley-clinic-staff'

/** In the order in which they are pasted: the first one keeps the token that the others send. */
const calls = ({ server }: Addresses, { clientId, secret }: Crm): readonly Call[] => {
  const users = `${server}/api/identity/harborline/system/pools/${pool}/users`
  const asCrm = '-H "Authorization: Bearer $TOKEN"'
  const inJson = "-H 'Content-Type: application/json'"
  return [
    {
      title: 'Get a token',
      words: 'As the CRM, from the workspace for applications. It is good for five minutes.',
      command: [
        `TOKEN=$(curl -s -u ${clientId}:${secret} ${server}/harborline/system/oauth2/token \\`,
        `  -d grant_type=client_credentials -d 'scope=identity view_audit_events' \\`,
        `  | sed 's/.*"access_token":"\\([^"]*\\).*/\\1/')`,
      ].join('\n'),
    },
    {
      title: 'Create a user',
      words:
        'Somebody new at the clinic, who may sign in at once with this password. A second time it says that the name is taken.',
      command: [
        `curl -s ${asCrm} \\`,
        `  ${users} \\`,
        `  ${inJson} -d '{`,
        `  "status": "active", "payload": { "name": "Robin Okafor" },`,
        `  "identifiers": [{ "type": "uid", "identifier": "robin.okafor" }],`,
        `  "credentials": [{ "type": "password", "password": "river stone window" }] }'`,
      ].join('\n'),
    },
    {
      title: 'Find them again',
      words: 'By what they type at the sign-in.',
      command: [
        `curl -s ${asCrm} \\`,
        `  ${users}/by_key \\`,
        `  ${inJson} -d '{ "identifier": "robin.okafor" }'`,
      ].join('\n'),
    },
    {
      title: 'See what happened',
      words: 'The newest events of the portal’s workspace.',
      command: [`curl -s ${asCrm} \\`, `  '${server}/api/system/harborline/servers/portal/audit-events?limit=3'`].join(
        '\n',
      ),
    },
  ]
}

export function apiPage(addresses: Addresses, crm: Crm): Html {
  return officePage({
    title: 'API',
    current: '/api',
    body: html`
      <h1>API</h1>
      <p class="lead">
        Gatehouse serves the SecureAuth CIAM API: code that was written for it works here with another base URL. Paste
        these into a terminal, one after the other.
      </p>
      <dl class="modes">
        <div>
          <dt>Base URL</dt>
          <dd><code>${addresses.server}</code></dd>
        </div>
        <div>
          <dt>Tenant</dt>
          <dd><code>harborline</code></dd>
        </div>
        <div>
          <dt>Client</dt>
          <dd><code>${crm.clientId}</code></dd>
        </div>
      </dl>
      <ol class="calls">
        ${calls(addresses, crm).map(
          ({ title, words, command }) =>
            html`<li>
              <h2>${title}</h2>
              <p>${words}</p>
              <pre class="command" tabindex="0" aria-label="Command: ${title}">${command}</pre>
            </li>`,
        )}
      </ol>
      <p class="note">
        The client’s secret stands in the first command because this is a demo that only this machine reaches. Every
        operation is in the project’s <code>docs/secureauth-api.md</code>.
      </p>
    `,
  })
}
