import type { Biller } from '../legacy/billers.ts'
import { drawName, toAscii } from '../legacy/crowd-names.ts'
import { drawFrom } from '../legacy/draw.ts'
import { addDays, addMonths, isoDay } from './days.ts'
import { sectors } from './sectors.ts'

/** A customer of the biller. */
export interface Payer {
  /** `CFW-10482`. */
  readonly number: string
  readonly name: string
  readonly email: string
  readonly since: Date
  /** How they usually pay. */
  readonly method: PaymentMethod
  readonly hasAutopay: boolean
}

export const paymentMethods = ['Bank account', 'Visa card', 'Mastercard', 'Check', 'Phone'] as const
export type PaymentMethod = (typeof paymentMethods)[number]

export const invoiceStates = ['open', 'overdue', 'processing', 'paid'] as const
export type InvoiceState = (typeof invoiceStates)[number]

export interface Invoice {
  readonly number: string
  readonly payer: Payer
  readonly subject: string
  readonly issuedOn: Date
  readonly dueOn: Date
  readonly cents: number
  readonly state: InvoiceState
  /** Absent: not paid so far. */
  readonly paidOn: Date | undefined
  readonly method: PaymentMethod | undefined
}

/** The books of one biller as they stand on a day. */
export interface Ledger {
  readonly payers: readonly Payer[]
  /** The newest first. */
  readonly invoices: readonly Invoice[]
}

const monthsKept = 7
const daysToPay = 21
const ledgersKept = 30

const made = new Map<string, Ledger>()

/** As `makeLedger`, made once a day. */
export function ledgerOf(biller: Pick<Biller, 'id' | 'initials' | 'sector'>, today: Date): Ledger {
  const key = `${biller.id} ${isoDay(today)}`
  const ledger = made.get(key) ?? makeLedger(biller, today)
  made.delete(key)
  made.set(key, ledger)
  for (const oldest of made.keys()) {
    if (made.size <= ledgersKept) break
    made.delete(oldest)
  }
  return ledger
}

/**
 * The invented books of a biller. The same biller has the same payers and invoices every day; time only moves invoices on,
 * from open to paid or overdue.
 *
 * @param today a midnight in UTC, as all days here
 */
export function makeLedger(biller: Pick<Biller, 'id' | 'initials' | 'sector'>, today: Date): Ledger {
  const payers = drawPayers(biller)
  const invoices = payers
    .flatMap((payer) =>
      Array.from({ length: monthsKept }, (_, back) => drawInvoice(biller, payer, addMonths(today, -back), today)),
    )
    .filter((invoice) => invoice !== undefined)
    .toSorted((a, b) => b.issuedOn.getTime() - a.issuedOn.getTime() || (a.number < b.number ? 1 : -1))
  return { payers, invoices }
}

function drawPayers(biller: Pick<Biller, 'id' | 'initials'>): readonly Payer[] {
  const draw = drawFrom(`payers of ${biller.id}`)
  const count = 240 + draw.below(160)
  let number = 10_100 + draw.below(4000)
  return Array.from({ length: count }, () => {
    number += 1 + draw.below(14)
    const { given, family, displayName } = drawName(draw)
    const method = draw.pickByShare(methodShares).method
    return {
      number: `${biller.initials}-${number}`,
      name: displayName,
      email: `${toAscii(given)}.${toAscii(family)}@inkwell.example`.toLowerCase(),
      since: new Date(Date.UTC(2009 + draw.below(16), draw.below(12), 1 + draw.below(28))),
      method,
      hasAutopay: method !== 'Check' && method !== 'Phone' && draw.percent(46),
    }
  })
}

const methodShares: readonly { readonly share: number; readonly method: PaymentMethod }[] = [
  { share: 44, method: 'Bank account' },
  { share: 25, method: 'Visa card' },
  { share: 14, method: 'Mastercard' },
  { share: 12, method: 'Check' },
  { share: 5, method: 'Phone' },
]

/** The payer's invoice of a month; none before its day has come, or before they were a customer. */
function drawInvoice(
  biller: Pick<Biller, 'id' | 'initials' | 'sector'>,
  payer: Payer,
  month: Date,
  today: Date,
): Invoice | undefined {
  const draw = drawFrom(`invoice of ${biller.id} ${payer.number} ${isoDay(month).slice(0, 7)}`)
  const issuedOn = new Date(
    Date.UTC(month.getUTCFullYear(), month.getUTCMonth(), 1 + (Number(payer.number.slice(-4)) % 26)),
  )
  const { subject, lowCents, highCents } = sectors[biller.sector] ?? sectors['other']
  const cents = lowCents + draw.below(highCents - lowCents)
  const daysTaken = draw.percent(5)
    ? 60 + draw.below(200)
    : payer.hasAutopay
      ? daysToPay - 1
      : 3 + draw.below(draw.percent(85) ? 18 : 34)
  if (issuedOn > today) return undefined

  const dueOn = addDays(issuedOn, daysToPay)
  const paidOn = addDays(issuedOn, daysTaken)
  const isPaid = paidOn <= today
  const state = isPaid
    ? paidOn.getTime() === today.getTime()
      ? 'processing'
      : 'paid'
    : dueOn < today
      ? 'overdue'
      : 'open'
  return {
    number: `${isoDay(issuedOn).slice(2, 7).replace('-', '')}-${payer.number.split('-')[1] ?? ''}`,
    payer,
    subject: `${subject}, ${monthName.format(issuedOn)}`,
    issuedOn,
    dueOn,
    cents,
    state,
    paidOn: isPaid ? paidOn : undefined,
    method: isPaid ? payer.method : undefined,
  }
}

const monthName = new Intl.DateTimeFormat('en-US', { month: 'long', timeZone: 'UTC' })

export interface Overview {
  /** All that is not paid, overdue or not. */
  readonly outstandingCents: number
  readonly openCount: number
  readonly overdueCents: number
  readonly overdueCount: number
  readonly collectedCents: number
  /** Of the month before, up to the same day of it. */
  readonly collectedBeforeCents: number
  readonly autopayShare: number
  /** The last twelve weeks, the oldest first; the last one ends today. */
  readonly weeks: readonly { readonly endsOn: Date; readonly cents: number }[]
  /** Payments, the newest first. */
  readonly recent: readonly Invoice[]
}

const weeksShown = 12

export function overviewOf({ payers, invoices }: Ledger, today: Date): Overview {
  const unpaid = invoices.filter((invoice) => invoice.paidOn === undefined)
  const overdue = unpaid.filter((invoice) => invoice.state === 'overdue')
  const paidBetween = (from: Date, until: Date): number =>
    sum(invoices.filter(({ paidOn }) => paidOn !== undefined && paidOn >= from && paidOn <= until))
  const monthBefore = addMonths(today, -1)
  return {
    outstandingCents: sum(unpaid),
    openCount: unpaid.length,
    overdueCents: sum(overdue),
    overdueCount: overdue.length,
    collectedCents: paidBetween(firstOfMonth(today), today),
    collectedBeforeCents: paidBetween(firstOfMonth(monthBefore), monthBefore),
    autopayShare: payers.filter((payer) => payer.hasAutopay).length / payers.length,
    weeks: Array.from({ length: weeksShown }, (_, index) => {
      const endsOn = addDays(today, -7 * (weeksShown - 1 - index))
      return { endsOn, cents: paidBetween(addDays(endsOn, -6), endsOn) }
    }),
    recent: invoices
      .filter((invoice) => invoice.paidOn !== undefined)
      .toSorted((a, b) => (b.paidOn?.getTime() ?? 0) - (a.paidOn?.getTime() ?? 0) || (a.number < b.number ? 1 : -1))
      .slice(0, 6),
  }
}

/** What each payer owes, by number. */
export function balances({ invoices }: Ledger): ReadonlyMap<string, number> {
  const owed = new Map<string, number>()
  for (const { payer, paidOn, cents } of invoices) {
    if (paidOn === undefined) owed.set(payer.number, (owed.get(payer.number) ?? 0) + cents)
  }
  return owed
}

const sum = (invoices: readonly Invoice[]): number => invoices.reduce((cents, invoice) => cents + invoice.cents, 0)
const firstOfMonth = (day: Date): Date => new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), 1))
