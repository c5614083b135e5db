import type { Clock } from '../../platform/clock/index.ts'
import type { Config } from '../../platform/config/index.ts'
import type { Db } from '../../platform/db/index.ts'
import type { Jobs } from '../../platform/jobs/index.ts'
import type { Log } from '../../platform/log/index.ts'
import type { Random } from '../../platform/random/index.ts'
import type { Vault } from '../../platform/vault/index.ts'

/** What a command works on: one installation, opened. */
export interface CommandHouse {
  readonly config: Config
  readonly db: Db
  readonly vault: Vault
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** Where a command leaves follow-up work; the running server does it. Opened when it is first asked for. */
  readonly jobs: () => Promise<Pick<Jobs, 'enqueue'>>
  /** A copy of the embedded database as it stands at this moment; undefined on PostgreSQL. */
  readonly dumpEmbedded: (() => Promise<Uint8Array>) | undefined
  /** Reads from an address of our own. */
  readonly get: (
    url: string,
  ) => Promise<{ readonly status: number; readonly body: string; readonly cacheControl: string }>
  /** Resolves after this time. */
  readonly pause: (milliseconds: number) => Promise<void>
}

/** 0: done. 1: not done, and the lines say why. 2: the command was not understood. */
export type ExitCode = 0 | 1 | 2

export interface Argument {
  readonly name: string
  readonly description: string
  readonly isOptional?: boolean
  /** A path, which means another thing to a process that stands elsewhere. */
  readonly isPath?: boolean
}

export interface Flag {
  readonly description: string
  /** Present for a flag that takes a value: how the value is called in the help. */
  readonly value?: string
}

export interface Given {
  readonly arguments: Readonly<Record<string, string | undefined>>
  readonly flags: Readonly<Record<string, string | true | undefined>>
}

/** Says one line to whoever called. */
export type Say = (line: string) => void

export interface Command {
  /** One or two words, as they are typed. */
  readonly name: string
  /** One sentence that a newcomer understands. */
  readonly summary: string
  /** What else there is to know before it is used. */
  readonly details?: string
  readonly arguments?: readonly Argument[]
  readonly flags?: Readonly<Record<string, Flag>>
  /** It takes a database whose schema is not there or of another release. Others are not run on one. */
  readonly takesAnySchema?: boolean
  run(house: CommandHouse, given: Given, say: Say): Promise<ExitCode>
}
