// Loaded before the server with `--import`: a refused password, or a look-up, of a name that begins like those of the kind
// `planted` is answered later, by as many milliseconds as PROBE_PLANTED_MS says, where a fault of ours would be: after the
// deadline.
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'
import { plantedLine, plantedNames } from './enumeration-people.ts'

/** The end of the function that answers, and what the name is called in it. */
const places = [
  { file: '/features/sign-in/take-password.ts', end: '  return checked.outcome\n}\n', name: 'identifier.typed' },
  { file: '/features/sign-in/take-username.ts', end: '  return outcome\n}\n', name: 'name' },
]

registerHooks({
  load(url, context, nextLoad) {
    const place = places.find(({ file }) => url.endsWith(file))
    if (!place) return nextLoad(url, context)
    const { end, name } = place
    const source = readFileSync(fileURLToPath(url), 'utf8')
    if (source.split(end).length !== 2) throw new Error(`no place for a delay in ${url}`)
    const milliseconds = Number(process.env['PROBE_PLANTED_MS'])
    const delay = `  if (${name}.startsWith('${plantedNames}'))
    await new Promise((resolve) => setTimeout(resolve, ${milliseconds}))\n`
    console.log(plantedLine)
    return { format: 'module-typescript', source: source.replace(end, () => delay + end), shortCircuit: true }
  },
})
