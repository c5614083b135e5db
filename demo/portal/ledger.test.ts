import { describe, expect, it } from 'vitest'
import { billers } from '../legacy/billers.ts'
import { addDays, addMonths, isoDay } from './days.ts'
import { makeLedger, overviewOf } from './ledger.ts'
import { niceTop } from './pages/chart.ts'
import { inkOn } from './pages/ink.ts'

const [biller, other] = [billers[0]!, billers[5]!]
const today = new Date('2026-11-21T00:00:00Z')

describe('the invented books', () => {
  it('are the same for the same biller and day, and others for another biller', () => {
    expect(makeLedger(biller, today)).toEqual(makeLedger(biller, today))
    expect(makeLedger(other, today).payers).not.toEqual(makeLedger(biller, today).payers)
  })

  it('keep every invoice from one day to the next; only time moves it on', () => {
    const tomorrow = new Map(makeLedger(biller, addDays(today, 1)).invoices.map((invoice) => [invoice.number, invoice]))
    for (const before of makeLedger(biller, today).invoices) {
      const after = tomorrow.get(before.number)
      expect(after).toMatchObject({ cents: before.cents, payer: before.payer, dueOn: before.dueOn })
      expect(before.paidOn ?? after?.paidOn).toEqual(after?.paidOn)
      const next = {
        open: ['open', 'overdue', 'processing'],
        overdue: ['overdue', 'processing'],
        processing: ['paid'],
        paid: ['paid'],
      }
      expect(next[before.state]).toContain(after?.state)
    }
  })

  it('name each invoice once and never look into the future', () => {
    const { invoices } = makeLedger(biller, today)
    expect(new Set(invoices.map((invoice) => invoice.number)).size).toBe(invoices.length)
    expect(invoices.filter(({ issuedOn, paidOn }) => issuedOn > today || (paidOn && paidOn > today))).toEqual([])
    expect(invoices.filter(({ state, dueOn, paidOn }) => (state === 'overdue') !== (!paidOn && dueOn < today))).toEqual(
      [],
    )
  })

  it('add up: what is outstanding is what the unpaid invoices come to', () => {
    const ledger = makeLedger(biller, today)
    const unpaid = ledger.invoices.filter((invoice) => !invoice.paidOn)
    const overview = overviewOf(ledger, today)
    expect(overview.outstandingCents).toBe(unpaid.reduce((sum, invoice) => sum + invoice.cents, 0))
    expect(overview.openCount).toBe(unpaid.length)
    expect(overview.weeks.map((week) => isoDay(week.endsOn)).at(-1)).toBe('2026-11-21')
  })
})

describe('months', () => {
  it('end at their last day when the other one is longer', () => {
    expect(isoDay(addMonths(new Date('2026-03-31T00:00:00Z'), -1))).toBe('2026-02-28')
    expect(isoDay(addMonths(new Date('2026-12-31T00:00:00Z'), 2))).toBe('2027-02-28')
  })
})

describe('drawing', () => {
  it('chooses ink that can be read on every biller’s colour, the palest and the darkest', () => {
    expect([inkOn('#FFF3B0'), inkOn('#0A0E1F')]).toEqual(['#111111', '#ffffff'])
  })

  it('gives the chart a top that no bar passes', () => {
    for (const cents of [1, 9, 99, 101, 4_999, 5_001, 123_456]) expect(niceTop(cents)).toBeGreaterThanOrEqual(cents)
    expect(niceTop(0)).toBe(0)
  })
})
