import { html } from '../../web/html.ts'
import type { Html } from '../../web/html.ts'
import { balances } from '../ledger.ts'
import type { Ledger, Payer } from '../ledger.ts'
import { plain, rowsOnPage } from './invoices.ts'
import { insidePage } from './layout.ts'
import type { View } from './layout.ts'
import { pager } from './pager.ts'
import { money } from './words.ts'

export function payersPage(view: View, ledger: Ledger, search: string, wantedPage: number): Html {
  const owed = balances(ledger)
  const wanted = plain(search)
  const found = ledger.payers
    .filter((payer) => [payer.name, payer.number, payer.email].some((text) => plain(text).includes(wanted)))
    .toSorted((a, b) => a.name.localeCompare(b.name, 'en'))
  const pages = Math.max(1, Math.ceil(found.length / rowsOnPage))
  const page = Math.min(wantedPage, pages)
  const shown = found.slice((page - 1) * rowsOnPage, page * rowsOnPage)
  return insidePage(
    view,
    'Payers',
    '/payers',
    html`
      <div class="head">
        <h1>Payers</h1>
        <p class="soft">
          ${found.length === ledger.payers.length ? `${found.length} payers` : `${found.length} of ${ledger.payers.length} payers`}
        </p>
      </div>
      <form class="filter" method="get" action="/payers" role="search" aria-label="Payers">
        <div class="wide">
          <label for="search">Name, number or email</label>
          <input id="search" name="search" type="search" value="${search}" autocomplete="off" />
        </div>
        <button class="button plain">Show</button>
      </form>
      ${
        found.length === 0
          ? html`<div class="empty">
              <h2>No payer fits</h2>
              <p>Try a shorter search. <a href="/payers">Show all payers</a></p>
            </div>`
          : html`<table class="list payers">
              <thead>
                <tr>
                  <th scope="col">Payer</th>
                  <th scope="col">Number</th>
                  <th scope="col">Email</th>
                  <th scope="col">Pays by</th>
                  <th scope="col" class="amount">Balance</th>
                </tr>
              </thead>
              <tbody>
                ${shown.map((payer) => row(payer, owed.get(payer.number) ?? 0))}
              </tbody>
            </table>`
      }
      ${pager('/payers', { search }, page, pages, { before: 'Back', after: 'On' })}
    `,
  )
}

function row({ name, number, email, method, hasAutopay, since }: Payer, owedCents: number): Html {
  return html`<tr>
    <th scope="row" class="main">
      <a href="/invoices?search=${encodeURIComponent(number)}">${name}</a>
      <span class="soft">since ${since.getUTCFullYear()}</span>
    </th>
    <td class="number">${number}</td>
    <td class="soft">${email}</td>
    <td>${method}${hasAutopay && html` <span class="soft">autopay</span>`}</td>
    <td class="amount">${owedCents === 0 ? html`<span class="soft">${money(0)}</span>` : money(owedCents)}</td>
  </tr>`
}
