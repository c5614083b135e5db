// `npm run fuzz -- --minutes=10 [--target=usernames]`: looks for inputs that break a promise of a parser, and keeps them.
import { parseArgs } from 'node:util'
import { keepInput, keptInputs } from '../packages/server/src/testing/fuzz/corpus.ts'
import { knownOutcomes, search } from '../packages/server/src/testing/fuzz/run.ts'
import { targets } from '../packages/server/src/testing/fuzz/targets.ts'
import { openRequestTargets } from '../packages/server/src/testing/fuzz/requests.ts'

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '1' }, target: { type: 'string' } } })
const minutes = Number(values.minutes)
const requests = await openRequestTargets()
const chosen = [...targets, ...requests.targets].filter(
  ({ name }) => values.target === undefined || name === values.target,
)
if (!(minutes > 0) || chosen.length === 0) {
  console.error('usage: npm run fuzz -- --minutes=N [--target=NAME]')
  process.exit(2)
}

/** Kept inputs are read by people: short ones only. */
const longestKept = 2000
const endsAt = Date.now() + minutes * 60_000
const tried = new Map<string, number>()
let broken = 0
while (Date.now() < endsAt && broken === 0) {
  for (const target of chosen) {
    const known = knownOutcomes(target)
    const found = await search(target, Math.trunc(Math.random() * 2 ** 31), target.runs, (input, is) => {
      tried.set(target.name, (tried.get(target.name) ?? 0) + 1)
      if (known.has(is) || input.length > longestKept) return
      known.add(is)
      keepInput(target.name, { input, is })
      console.log(`${target.name}: something new: ${is}`)
    })
    if (!found) continue
    broken++
    const is = found.error.message.startsWith('broken: ') ? found.error.message : `broken: ${found.error.message}`
    if (!keptInputs(target.name).some(({ input }) => input === found.input))
      keepInput(target.name, { input: found.input, is })
    console.error(`${target.name}: ${JSON.stringify(found.input.slice(0, 500))}\n${found.error.stack ?? ''}`)
  }
}
await requests.close()
for (const [name, times] of tried) console.log(`${name.padEnd(20)} ${times} inputs`)
console.log(`${broken} broken`)
process.exit(broken === 0 ? 0 : 1)
