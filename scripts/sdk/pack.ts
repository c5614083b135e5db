// `npm run pack:sdk -- FOLDER`: makes the tarball of @gatehouse/sdk that is published, and says where it is.
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const root = join(dirname(import.meta.dirname), '..')
const room = join(root, 'packages/sdk')

interface Manifest {
  readonly name: string
  readonly version: string
  readonly description: string
  readonly license: string
}

/**
 * Brings the sources into JavaScript and types, in a temporary folder with a manifest of their own, and packs that.
 *
 * @returns the path of the tarball in `into`
 */
export async function packSdk(into: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-sdk-'))
  try {
    await emit(folder)
    const manifest = JSON.parse(await readFile(join(room, 'package.json'), 'utf8')) as Manifest
    await writeFile(join(folder, 'package.json'), `${JSON.stringify(publishedManifest(manifest), null, 2)}\n`)
    await cp(join(room, 'README.md'), join(folder, 'README.md'))
    await cp(join(root, 'LICENSE'), join(folder, 'LICENSE'))
    await mkdir(into, { recursive: true })
    const { stdout } = await run('npm', ['pack', '--json', '--silent', '--pack-destination', into], { cwd: folder })
    const packed: unknown = JSON.parse(stdout)
    const [one] = (Array.isArray(packed) ? packed : Object.values(packed as object)) as readonly { filename: string }[]
    if (!one) throw new Error('npm packed nothing')
    return join(into, one.filename)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function emit(folder: string): Promise<void> {
  const config = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: {
      target: 'es2023',
      lib: ['es2023'],
      noEmit: false,
      declaration: true,
      allowImportingTsExtensions: false,
      rewriteRelativeImportExtensions: true,
      rootDir: join(room, 'src'),
      outDir: join(folder, 'dist'),
      typeRoots: [join(root, 'node_modules/@types')],
    },
    include: [join(room, 'src')],
    exclude: [join(room, 'src/**/*.test.ts'), join(room, 'src/platform/testing')],
  }
  const file = join(folder, 'tsconfig.json')
  await writeFile(file, JSON.stringify(config))
  await run(join(root, 'node_modules/.bin/tsc'), ['-p', file])
  await rm(file)
}

/** Without what only work on it needs. */
const publishedManifest = ({ name, version, description, license }: Manifest): object => ({
  name,
  version,
  description,
  license,
  type: 'module',
  sideEffects: false,
  engines: { node: '>=20.3' },
  files: ['dist'],
  exports: {
    '.': { types: './dist/index.d.ts', default: './dist/index.js' },
    './testing': { types: './dist/testing/index.d.ts', default: './dist/testing/index.js' },
  },
})

if (import.meta.main) console.log(await packSdk(process.argv[2] ?? process.cwd()))
