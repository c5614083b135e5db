// Loaded before the server with `--import`: takes the compare-and-set out of the stores as they are loaded, so that a
// test can show that it would notice. Says on standard output which store it changed; fails when the text is not found.
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'
import { changedLine, condition, oneTimeStores } from './compare-and-set.ts'

registerHooks({
  load(url, context, nextLoad) {
    const store = oneTimeStores.find(({ ending }) => url.endsWith(ending))
    if (!store) return nextLoad(url, context)
    const source = readFileSync(fileURLToPath(url), 'utf8')
    const spends = store.spends.exec(source)?.[0]
    if (spends === undefined || !condition.test(spends)) throw new Error(`no compare-and-set in ${store.ending}`)
    console.log(changedLine(store))
    return {
      format: 'module-typescript',
      source: source.replace(spends, () => spends.replace(condition, '')),
      shortCircuit: true,
    }
  },
})
