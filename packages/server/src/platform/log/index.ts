import { pino } from 'pino'

/** What a log line may carry: names and numbers we chose, never request bodies, headers or whole objects of others. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>

export interface Log {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  /** `error` is written with its name, message, code and stack; its other properties are left out. */
  error(message: string, error: unknown, fields?: LogFields): void
}

/** Long values come from outside (user agents, names): cap them so that a line stays a line. */
const longestValue = 500

export function createLog(level: string, write?: (line: string) => void): Log {
  const logger = pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: (label) => ({ level: label }) } },
    write === undefined ? pino.destination(1) : { write },
  )
  return {
    debug: (message, fields) => logger.debug(capped(fields), message),
    info: (message, fields) => logger.info(capped(fields), message),
    warn: (message, fields) => logger.warn(capped(fields), message),
    error: (message, error, fields) => logger.error({ ...capped(fields), ...described(error) }, message),
  }
}

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} }

function capped(fields: LogFields = {}): LogFields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === 'string' && value.length > longestValue ? `${value.slice(0, longestValue)}…` : value,
    ]),
  )
}

function described(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: typeof error }
  const cause = error.cause instanceof Error ? { cause: error.cause.message, cause_stack: error.cause.stack } : {}
  return {
    error: error.name,
    error_message: error.message,
    stack: error.stack,
    ...('code' in error && typeof error.code === 'string' ? { error_code: error.code } : {}),
    ...cause,
  }
}
