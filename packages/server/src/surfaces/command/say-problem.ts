import { Problem } from '../../problem/index.ts'
import type { ExitCode, Say } from './command.ts'

/** What a use case refuses is said in one line, and the command ends with 1. Anything else is a fault of ours. */
export async function sayProblem(say: Say, work: () => Promise<ExitCode>): Promise<ExitCode> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    say(error.detail ?? `${error.row.title}.`)
    return 1
  }
}
