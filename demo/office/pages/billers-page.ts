import { billers } from '../../legacy/billers.ts'
import type { Biller, BillerMode } from '../../legacy/billers.ts'
import type { Addresses } from '../../launcher/settings.ts'
import { html } from '../../web/html.ts'
import type { Html } from '../../web/html.ts'
import { officePage } from './layout.ts'
import { number } from './words.ts'

const modes: Readonly<Record<BillerMode, { readonly name: string; readonly words: string }>> = {
  legacy: { name: 'Legacy', words: 'passwords are checked in the old database' },
  concurrent: {
    name: 'Concurrent',
    words: 'the portal’s door asks the old database, the biller’s address the new pool',
  },
  new: { name: 'New', words: 'passwords are checked in the new pool' },
}

const shardWords = {
  'shard-a': 'A, ASP.NET Identity',
  'shard-b': 'B, ASP.NET Membership',
  'shard-c': 'C, home-made',
} as const

export function billersPage(addresses: Addresses): Html {
  return officePage({
    title: 'Billers',
    current: '/billers',
    body: html`
      <h1>Billers</h1>
      <p class="lead">
        Harborline’s ${billers.length} billers and their
        ${number(billers.reduce((sum, biller) => sum + biller.userCount, 0))} users. The address of each one opens the
        sign-in with that biller fixed.
      </p>
      <dl class="modes">
        ${Object.entries(modes).map(
          ([mode, { name, words }]) =>
            html`<div>
              <dt>
                <span class="mode ${mode}">${name}</span> ${billers.filter((biller) => biller.mode === mode).length}
              </dt>
              <dd>${words}</dd>
            </div>`,
        )}
      </dl>
      <div class="scroll" role="region" aria-label="Billers" tabindex="0">
        <table>
          <thead>
            <tr>
              <th scope="col">Biller</th>
              <th scope="col">Sign-in</th>
              <th scope="col">Old database</th>
              <th scope="col" class="amount">Users</th>
              <th scope="col">Address</th>
            </tr>
          </thead>
          <tbody>
            ${billers.map((biller) => billerRow(addresses, biller))}
          </tbody>
        </table>
      </div>
    `,
  })
}

function billerRow({ server }: Addresses, biller: Biller): Html {
  return html`<tr>
    <th scope="row">${biller.name}<span class="soft"> ${biller.town}</span></th>
    <td><span class="mode ${biller.mode}">${modes[biller.mode].name}</span></td>
    <td>${shardWords[biller.shard]}</td>
    <td class="amount">${number(biller.userCount)}</td>
    <td>
      <a class="address" href="${server}/b/${biller.id}">/b/${biller.id}</a>
    </td>
  </tr>`
}
