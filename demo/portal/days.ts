/** Days are midnights in UTC, so that a day is the same day everywhere. */

const dayMilliseconds = 86_400_000

export const addDays = (day: Date, days: number): Date => new Date(day.getTime() + days * dayMilliseconds)

/** The same day of another month, or its last day where that month is shorter. */
export function addMonths(day: Date, months: number): Date {
  const [year, month] = [day.getUTCFullYear(), day.getUTCMonth() + months]
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
  return new Date(Date.UTC(year, month, Math.min(day.getUTCDate(), lastDay)))
}

/** `2026-11-21`. */
export const isoDay = (day: Date): string => day.toISOString().slice(0, 10)

/** The calendar day that it is here at this moment. */
export function dayOf(moment: Date): Date {
  return new Date(Date.UTC(moment.getFullYear(), moment.getMonth(), moment.getDate()))
}
