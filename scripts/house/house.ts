import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readSource } from './source.ts'
import type { Source } from './source.ts'

/** Everything the house rules look at. Paths are relative to the repository, with `/`. */
export interface House {
  readonly files: ReadonlyMap<string, Source>
  readonly packages: readonly Package[]
}

export interface Package {
  /** `''` for the repository itself. */
  readonly folder: string
  readonly name: string
  /** What it needs when it runs: dependencies, optional and peer ones. */
  readonly needs: ReadonlySet<string>
  /** What it needs only while somebody works on it. */
  readonly needsForWork: ReadonlySet<string>
  /** Door → file, as `exports` says. */
  readonly doors: ReadonlyMap<string, string>
}

export type Texts = Readonly<Record<string, string>>

/** Builds a house from file texts, `package.json` files among them. */
export function houseOf(texts: Texts): House {
  const files = new Map<string, Source>()
  const packages: Package[] = []
  for (const [path, text] of Object.entries(texts)) {
    if (path.endsWith('package.json')) packages.push(readPackage(path, text))
    else files.set(path, readSource(text))
  }
  return { files, packages }
}

const sourcePatterns = [
  '*.ts',
  '{packages,demo,e2e,bench,scripts}/**/*.{ts,tsx,mts,js,mjs}',
  'package.json',
  'packages/*/package.json',
  'demo/package.json',
]

/** Reads the house that stands under `root`. */
export function standingHouse(root: string): House {
  const paths = globSync(sourcePatterns, { cwd: root, exclude: (name) => unread.has(name) })
  return houseOf(
    Object.fromEntries(paths.map((path) => [path.replaceAll('\\', '/'), readFileSync(join(root, path), 'utf8')])),
  )
}

const unread = new Set(['node_modules', 'dist', '.cache', '.data'])

interface Manifest {
  readonly name?: string
  readonly dependencies?: Record<string, string>
  readonly optionalDependencies?: Record<string, string>
  readonly peerDependencies?: Record<string, string>
  readonly devDependencies?: Record<string, string>
  readonly exports?: Record<string, string>
}

function readPackage(path: string, text: string): Package {
  const manifest = JSON.parse(text) as Manifest
  const folder = path.replace(/\/?package\.json$/, '')
  return {
    folder,
    name: manifest.name ?? '',
    needs: new Set(
      [manifest.dependencies, manifest.optionalDependencies, manifest.peerDependencies].flatMap((named) =>
        Object.keys(named ?? {}),
      ),
    ),
    needsForWork: new Set(Object.keys(manifest.devDependencies ?? {})),
    doors: new Map(Object.entries(manifest.exports ?? {}).filter(([, file]) => typeof file === 'string')),
  }
}

/** The package a file belongs to: the one with the longest folder around it. */
export function packageOf(house: House, path: string): Package | undefined {
  return house.packages
    .filter(({ folder }) => folder === '' || path.startsWith(`${folder}/`))
    .toSorted((a, b) => b.folder.length - a.folder.length)[0]
}
