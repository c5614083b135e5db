// What `npm start` runs. Nothing newer than plain modules before the version is known to be right.
import type * as Launcher from './launcher/run.ts'

const [major = '0'] = process.versions.node.split('.')

if (Number(major) < 26) {
  console.error(
    `The demo needs Node 26 or newer and this is ${process.version}: run it with "npm start", which brings its own.`,
  )
  process.exitCode = 1
} else {
  process.exitCode = await start()
}
// A handle that somebody forgot must not keep the terminal.
process.exit()

async function start(): Promise<number> {
  try {
    const { enableCompileCache } = await import('node:module')
    const { pathToFileURL } = await import('node:url')
    enableCompileCache(`${import.meta.dirname}/../.cache/compiled`)
    const { keptBuild } = await import('./launcher/kept-build.ts')
    const launcher = await keptBuild(`${import.meta.dirname}/launcher/run.ts`)
    const { run } = (await import(pathToFileURL(launcher).href)) as typeof Launcher
    return await run(process.env)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND')) throw error
    console.error(`A package is missing (${error.message.split('\n')[0]}): run "npm ci" once, then "npm start".`)
    return 1
  }
}
