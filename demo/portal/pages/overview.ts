import { html } from '../../web/html.ts'
import type { Html } from '../../web/html.ts'
import type { Invoice, Overview } from '../ledger.ts'
import { collectedChart } from './chart.ts'
import { insidePage } from './layout.ts'
import type { View } from './layout.ts'
import { dayAndMonth, money, percent } from './words.ts'

export function overviewPage(view: View, overview: Overview, today: Date): Html {
  return insidePage(
    view,
    'Overview',
    '/',
    html`
      <div class="head">
        <h1>Overview</h1>
        <p class="soft">As of ${dayAndMonth(today)}</p>
      </div>
      <dl class="figures">
        ${figure('Collected this month', money(overview.collectedCents), change(overview))}
        ${figure('Outstanding', money(overview.outstandingCents), html`<a href="/invoices?status=unpaid">${overview.openCount} invoices</a>`)}
        ${figure('Overdue', money(overview.overdueCents), html`<a href="/invoices?status=overdue">${overview.overdueCount} invoices</a>`)}
        ${figure('Payers on autopay', percent(overview.autopayShare), html`<a href="/payers">All payers</a>`)}
      </dl>
      <div class="columns">
        <section class="panel" aria-labelledby="collected">
          <h2 id="collected">Collected by week</h2>
          ${collectedChart(overview.weeks)}
        </section>
        <section class="panel" aria-labelledby="recent">
          <h2 id="recent">Recent payments</h2>
          <ul class="payments">
            ${overview.recent.map(payment)}
          </ul>
          <p class="more"><a href="/invoices?status=paid">All paid invoices</a></p>
        </section>
      </div>
    `,
  )
}

const figure = (label: string, value: string, note: Html): Html =>
  html`<div class="figure">
    <dt>${label}</dt>
    <dd><strong>${value}</strong> <span>${note}</span></dd>
  </div>`

function change({ collectedCents, collectedBeforeCents }: Overview): Html {
  if (collectedBeforeCents === 0) return html`Nothing by this day last month`
  const share = collectedCents / collectedBeforeCents - 1
  const words = share >= 0 ? `${percent(share)} more` : `${percent(-share)} less`
  return html`${words} than by this day last month`
}

function payment({ payer, cents, paidOn, method, state }: Invoice): Html {
  return html`<li>
    <span class="main">${payer.name}</span>
    <span class="amount">${money(cents)}</span>
    <span class="soft">${paidOn && dayAndMonth(paidOn)}, ${method}${state === 'processing' && ', processing'}</span>
  </li>`
}
