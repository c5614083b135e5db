import { operatorFacts } from '../../surfaces/command/index.ts'
import type { Command } from '../../surfaces/command/index.ts'
import { beginIndexKeyRotation } from './rotate-index-key.ts'

const rotate: Command = {
  name: 'index rotate',
  summary: 'Gives the username index a new key; the running server rewrites every name and then drops the old key.',
  arguments: [],
  flags: {},
  async run(house, _given, say) {
    const generation = await beginIndexKeyRotation(house, operatorFacts(house.random, rotate))
    say(`Key ${generation} of the username index is being written. Names are found under the old and the new key until`)
    say(
      'every name is copied and every legacy store was scanned once more; the log says when the rotation is finished.',
    )
    return 0
  },
}

export const indexCommands: readonly Command[] = [rotate]
