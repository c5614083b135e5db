import { existsSync, openSync, readSync, closeSync, statSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const repository = resolve(import.meta.dirname, '../..')
const folder = join(repository, '.cache/built')

/** What a kept build was made of: the platform, and each file of this repository with its time and size. */
interface Made {
  readonly of: string
  readonly from: Readonly<Record<string, string>>
}

/** Packages that find a binary beside themselves, and those of traces, which a start without a collector does not need. */
const apart = [/^@electric-sql\//u, /^@node-rs\//u, /^rolldown/u, 'pg-native', /^@opentelemetry\/(?!api$)/u]

/**
 * A program and all that it imports as one file of JavaScript, kept from start to start and made anew when one of its
 * sources or an installed package has changed. Finding and reading two thousand modules costs a start half a second.
 *
 * @param entry absolute path of a TypeScript module
 * @returns absolute path of the file to run; the entry itself where nothing can be built, so that it runs, or says why not
 */
export async function keptBuild(entry: string): Promise<string> {
  const file = join(
    folder,
    `${relative(repository, entry)
      .replaceAll(/[^a-z0-9]+/giu, '-')
      .replace(/-ts$/u, '')}.mjs`,
  )
  try {
    if (!isCurrent(file)) await build(entry, file)
    return file
  } catch {
    return entry
  }
}

const platform = (): string => `${process.version} ${process.platform} ${process.arch}`

function isCurrent(file: string): boolean {
  if (!existsSync(file)) return false
  const made = readMade(file)
  return made?.of === platform() && Object.entries(made.from).every(([path, state]) => stateOf(path) === state)
}

/** The first line of the file is a comment that says it, so that both are replaced in one step. */
function readMade(file: string): Made | undefined {
  const start = Buffer.alloc(256 * 1024)
  const descriptor = openSync(file, 'r')
  try {
    const length = readSync(descriptor, start)
    const [line = ''] = start.toString('utf8', 0, length).split('\n', 1)
    return JSON.parse(line.slice(2)) as Made
  } catch {
    return undefined
  } finally {
    closeSync(descriptor)
  }
}

/** Empty for a file that is gone. */
function stateOf(path: string): string {
  const found = statSync(join(repository, path), { throwIfNoEntry: false })
  return found ? `${found.mtimeMs} ${found.size}` : ''
}

async function build(entry: string, file: string): Promise<void> {
  const { rolldown } = await import('rolldown')
  const from: Record<string, string> = {}
  const note = (path: string): void => {
    from[path] ??= stateOf(path)
  }
  note('node_modules/.package-lock.json')
  note(relative(repository, import.meta.filename))
  const bundle = await rolldown({
    input: entry,
    platform: 'node',
    external: apart,
    onLog: () => {},
    plugins: [
      {
        name: 'sources',
        load(id) {
          const path = relative(repository, id)
          // Before it is read, so that a change in between is seen as one.
          if (!path.includes('node_modules') && !path.startsWith('..') && existsSync(id)) note(path)
        },
        transform: {
          filter: { code: /import\.meta\.(?:dirname|filename|url)/u },
          // A source goes on finding the files beside it. The words are put together, because this file is built as well.
          handler: (code, id) =>
            Object.entries({ dirname: dirname(id), filename: id, url: pathToFileURL(id).href }).reduce(
              (text, [name, value]) => text.replaceAll(`import.meta.${name}`, JSON.stringify(value)),
              code,
            ),
        },
      },
    ],
  })
  const { output } = await bundle.generate({ format: 'esm', codeSplitting: false })
  await bundle.close()
  const made: Made = { of: platform(), from }
  await mkdir(folder, { recursive: true })
  const part = `${file}.${process.pid}.part`
  try {
    // A first line for the shell would not be the first any more.
    await writeFile(part, `//${JSON.stringify(made)}\n${output[0].code.replace(/^#!.*\n/u, '')}`)
    await rename(part, file)
  } finally {
    await rm(part, { force: true })
  }
}
