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

/** Long values come from outside (user agents, names, what a database says): cap them so that a line stays a line. */
const longestValue = 500
const longestStack = 4000

/** @param traceId of what is being done, where that is traced: each line carries it */
export function createLog(level: string, write?: (line: string) => void, traceId?: () => string | undefined): Log {
  const send = write ?? standardOutput()
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      ...(traceId === undefined ? {} : { mixin: () => ({ traceId: traceId() }) }),
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line: string) => send(line.replaceAll(unsafeOnTerminals, escaped)) },
  )
  return {
    debug: (message, fields) => logger.debug(capped(fields), message),
    info: (message, fields) => logger.info(capped(fields), message),
    warn: (message, fields) => logger.warn(capped(fields), message),
    error: (message, error, fields) => logger.error({ ...capped(fields), ...described(error) }, message),
  }
}

/** Whoever read our output may go before us; a log that nobody reads is no reason to hang or to fail. */
function standardOutput(): (line: string) => void {
  process.stdout.on('error', () => {})
  return (line) => {
    process.stdout.write(line)
  }
}

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} }

/** JSON escapes C0 only. DEL, C1 (an 8-bit terminal takes U+009B for ESC [), line separators and bidirectional marks are left. */
const unsafeOnTerminals = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g
const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

const cut = (text: string, longest: number): string => (text.length > longest ? `${text.slice(0, longest)}…` : text)

function capped(fields: LogFields = {}): LogFields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, typeof value === 'string' ? cut(value, longestValue) : value]),
  )
}

function described(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: typeof error }
  const cause =
    error.cause instanceof Error
      ? { cause: cut(error.cause.message, longestValue), cause_stack: cut(error.cause.stack ?? '', longestStack) }
      : {}
  return {
    error: cut(error.name, longestValue),
    error_message: cut(error.message, longestValue),
    stack: cut(error.stack ?? '', longestStack),
    ...('code' in error && typeof error.code === 'string' ? { error_code: cut(error.code, longestValue) } : {}),
    ...cause,
  }
}
