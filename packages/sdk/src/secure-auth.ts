import { operationCaller } from './call-operation.ts'
import type { Line } from './line.ts'
import { lines } from './made/operations.ts'
import type { Operations } from './made/operations.ts'
import { systemWorld } from './platform/world.ts'
import type { World } from './platform/world.ts'
import type { Answer } from './read-reply.ts'
import type { CallOptions, LinesOptions, Settings } from './settings.ts'
import { walkList } from './walk-list.ts'
import type { AnyInput } from './write-request.ts'

type Arguments<Input> =
  Partial<Input> extends Input ? [input?: Input, options?: CallOptions] : [input: Input, options?: CallOptions]

/** Calls an operation. Rejects with `SecureAuthError`, and with nothing else. */
export type Call<O extends { input: unknown; answer: unknown }> = (
  ...given: Arguments<O['input']>
) => Promise<Answer<O['answer']>>

/** A list: one page by calling it, or everything by `each`, which fetches page after page as it is read. */
export type ListCall<O extends { input: unknown; answer: unknown; item: unknown }> = Call<O> & {
  readonly each: (...given: Arguments<Omit<O['input'], `before_${string}`>>) => AsyncIterable<O['item']>
}

/** Many at once: lines are sent as they are read, and what became of each comes as it is read out. */
export type LinesCall<O extends { input: unknown; line: unknown }> = (
  input: O['input'],
  options: LinesOptions,
) => AsyncIterable<O['line']>

/** Every operation under its surface, by the vendor's name. */
export type SecureAuth = {
  readonly [S in keyof Operations]: {
    readonly [N in keyof Operations[S]]: Operations[S][N] extends infer O extends { input: unknown; answer: unknown }
      ? O extends { input: unknown; answer: unknown; item: unknown }
        ? ListCall<O>
        : Call<O>
      : Operations[S][N] extends infer O extends { input: unknown; line: unknown }
        ? LinesCall<O>
        : never
  }
}

/** What an operation takes: `InputOf<'identity', 'systemCreateUser'>`. */
export type InputOf<S extends keyof Operations, N extends keyof Operations[S]> = Operations[S][N] extends {
  input: infer I
}
  ? I
  : never
/** The body of its answer. */
export type AnswerOf<S extends keyof Operations, N extends keyof Operations[S]> = Operations[S][N] extends {
  answer: infer A
}
  ? A
  : never

/**
 * The SecureAuth API of one tenant, in SecureAuth's cloud or at a Gatehouse. Asks for a token when the first call needs
 * one. Holds no connection: nothing is to be closed.
 */
export const secureAuth = (settings: Settings): SecureAuth => secureAuthIn(systemWorld(settings.fetch), settings)

export function secureAuthIn(world: World, settings: Settings): SecureAuth {
  const caller = operationCaller(world, settings)

  const callOf = (name: string, line: Line): object => {
    if (line.isLines) return (input: AnyInput, options: LinesOptions) => caller.lines(name, line, input, options)
    const one = (input: AnyInput = {}, options: CallOptions = {}) => caller.call(name, line, input, options)
    const each = (input: AnyInput = {}, options: CallOptions = {}) =>
      walkList(name, line, input, (at) => caller.call(name, line, at, options))
    return line.list ? Object.assign(one, { each }) : one
  }
  const callsOf = (surface: string, rows: Readonly<Record<string, Line>>): object =>
    Object.fromEntries(
      Object.entries(rows).map(([operation, line]) => [operation, callOf(`${surface}.${operation}`, line)]),
    )

  // The table and the types are made from the same rows.
  return Object.fromEntries(
    Object.entries(lines).map(([surface, rows]) => [surface, callsOf(surface, rows)]),
  ) as unknown as SecureAuth
}
