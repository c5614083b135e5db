const locale = 'en-US'

const withTime = new Intl.DateTimeFormat(locale, {
  month: 'short',
  day: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
  second: '2-digit',
})
const long = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'long' })
const whole = new Intl.NumberFormat(locale)

export const dateTime = (date: Date): string => withTime.format(date)
export const longDateTime = (date: Date): string => long.format(date)
export const number = (value: number): string => whole.format(value)
