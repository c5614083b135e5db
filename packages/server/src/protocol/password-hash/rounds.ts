import { setImmediate as turn } from 'node:timers/promises'

/** About half a millisecond of hashing: what somebody else may have to wait for. */
const roundsAtOnce = 400

/**
 * Runs the rounds of a function that node has no native form of. They run in the main thread, so every few hundred give
 * way to everything else that waits there.
 *
 * @param round gets the number of the round, from 0
 */
export async function inRounds(rounds: number, round: (at: number) => void): Promise<void> {
  for (let at = 0; at < rounds; at += 1) {
    if (at % roundsAtOnce === roundsAtOnce - 1) await turn()
    round(at)
  }
}
