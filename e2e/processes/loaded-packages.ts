// Loaded before the server with `--import`: says on standard output of which packages files were loaded.
import { registerHooks } from 'node:module'

const said = new Set<string>()

registerHooks({
  load(url, context, nextLoad) {
    const name = /.*\/node_modules\/(@[^/]+\/[^/]+|[^/]+)/.exec(url)?.[1]
    if (name !== undefined && !said.has(name)) {
      said.add(name)
      console.log(`loaded ${name}`)
    }
    return nextLoad(url, context)
  },
})
