const locale = 'en-US'

const usd = new Intl.NumberFormat(locale, { style: 'currency', currency: 'USD' })
const wholeUsd = new Intl.NumberFormat(locale, { style: 'currency', currency: 'USD', maximumFractionDigits: 0 })
const whole = new Intl.NumberFormat(locale)
const percentage = new Intl.NumberFormat(locale, { style: 'percent' })
const shortDay = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric', timeZone: 'UTC' })
const fullDay = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' })
const moment = new Intl.DateTimeFormat(locale, {
  weekday: 'long',
  month: 'long',
  day: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
  timeZoneName: 'short',
})
const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })

export const money = (cents: number): string => usd.format(cents / 100)
export const roundMoney = (cents: number): string => wholeUsd.format(cents / 100)
export const count = (value: number): string => whole.format(value)
export const percent = (share: number): string => percentage.format(share)
export const dayAndMonth = (day: Date): string => shortDay.format(day)
export const date = (day: Date): string => fullDay.format(day)
export const time = (at: Date): string => moment.format(at)

/** "3 minutes ago", "now". */
export function ago(at: Date, now: Date): string {
  const minutes = Math.round((at.getTime() - now.getTime()) / 60_000)
  if (minutes === 0) return 'just now'
  return Math.abs(minutes) < 90 ? relative.format(minutes, 'minute') : relative.format(Math.round(minutes / 60), 'hour')
}
