import { html } from '../../web/html.ts'
import type { Html } from '../../web/html.ts'
import { invoiceStates } from '../ledger.ts'
import type { Invoice, InvoiceState } from '../ledger.ts'
import { insidePage } from './layout.ts'
import type { View } from './layout.ts'
import { pager } from './pager.ts'
import { count, date, money } from './words.ts'

export const invoiceFilters = ['all', 'unpaid', ...invoiceStates] as const
export type InvoiceFilter = (typeof invoiceFilters)[number]

const filterWords: Readonly<Record<InvoiceFilter, string>> = {
  all: 'All',
  unpaid: 'Unpaid',
  open: 'Open',
  overdue: 'Overdue',
  processing: 'Processing',
  paid: 'Paid',
}

export interface InvoiceList {
  readonly filter: InvoiceFilter
  /** As it was typed. */
  readonly search: string
  readonly page: number
}

export const rowsOnPage = 25

export function invoicesPage(view: View, invoices: readonly Invoice[], list: InvoiceList): Html {
  const found = invoices.filter((invoice) => fits(invoice, list))
  const pages = Math.max(1, Math.ceil(found.length / rowsOnPage))
  const page = Math.min(list.page, pages)
  const shown = found.slice((page - 1) * rowsOnPage, page * rowsOnPage)
  const total = found.reduce((cents, invoice) => cents + invoice.cents, 0)
  return insidePage(
    view,
    'Invoices',
    '/invoices',
    html`
      <div class="head">
        <h1>Invoices</h1>
        <p class="soft">${found.length === 1 ? '1 invoice' : `${count(found.length)} invoices`}, ${money(total)}</p>
      </div>
      <form class="filter" method="get" action="/invoices" role="search" aria-label="Invoices">
        <div>
          <label for="status">Status</label>
          <select id="status" name="status">
            ${invoiceFilters.map((filter) => html`<option value="${filter}" ${filter === list.filter && html` selected`}>${filterWords[filter]}</option>`)}
          </select>
        </div>
        <div class="wide">
          <label for="search">Payer or invoice number</label>
          <input id="search" name="search" type="search" value="${list.search}" autocomplete="off" />
        </div>
        <button class="button plain">Show</button>
      </form>
      ${shown.length === 0 ? nothingFound : table(shown)}
      ${pager('/invoices', { status: list.filter, search: list.search }, page, pages, { before: 'Newer', after: 'Older' })}
    `,
  )
}

function fits({ number, payer, state, paidOn }: Invoice, { filter, search }: InvoiceList): boolean {
  const isInState = filter === 'all' || (filter === 'unpaid' ? paidOn === undefined : filter === state)
  const wanted = plain(search)
  return isInState && (wanted === '' || [number, payer.number, payer.name].some((text) => plain(text).includes(wanted)))
}

/** Letters without their accents, so that "nunez" finds Núñez. */
export const plain = (text: string): string => text.trim().normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase()

const nothingFound = html`<div class="empty">
  <h2>No invoices fit</h2>
  <p>Choose another status or a shorter search. <a href="/invoices">Show all invoices</a></p>
</div>`

const stateWords: Readonly<Record<InvoiceState, string>> = {
  open: 'Open',
  overdue: 'Overdue',
  processing: 'Processing',
  paid: 'Paid',
}

function table(invoices: readonly Invoice[]): Html {
  return html`<table class="list">
    <thead>
      <tr>
        <th scope="col">Invoice</th>
        <th scope="col">Payer</th>
        <th scope="col">For</th>
        <th scope="col">Due</th>
        <th scope="col">Status</th>
        <th scope="col" class="amount">Amount</th>
      </tr>
    </thead>
    <tbody>
      ${invoices.map(row)}
    </tbody>
  </table>`
}

function row({ number, payer, subject, dueOn, paidOn, state, cents }: Invoice): Html {
  return html`<tr>
    <th scope="row" class="number">${number}</th>
    <td class="main">${payer.name}</td>
    <td class="soft subject">${subject}</td>
    <td class="day">
      ${paidOn ? html`<span class="soft">Paid ${date(paidOn)}</span>` : html`<span class="label">Due </span>${date(dueOn)}`}
    </td>
    <td class="status"><span class="state ${state}">${stateWords[state]}</span></td>
    <td class="amount">${money(cents)}</td>
  </tr>`
}
