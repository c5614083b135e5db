import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { access, constants, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** A browser that can be started: hand the three to `chromium.launch` of playwright-core. */
export type FoundChromium = { executablePath: string; env: Record<string, string>; args: string[] }

const repository = dirname(import.meta.dirname)

// Never the flags that @sparticuz/chromium proposes: they switch web security off, which is what we want to test.
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/**
 * Finds a Chromium for the browser tests: `CHROMIUM_PATH`, else an installed Chromium, Chrome or Edge of this system,
 * else the one inside the development dependency @sparticuz/chromium (Linux x64), unpacked once into `.cache/`.
 * May be called by several processes at the same time. Nothing is downloaded.
 *
 * @returns `missing` with the reason and the remedy in words, when this machine has none
 */
export async function findChromium(): Promise<FoundChromium | { missing: string }> {
  const env = environment()
  const named = process.env['CHROMIUM_PATH']
  if (named) {
    if (await isExecutable(named)) return { executablePath: named, env, args }
    return { missing: `CHROMIUM_PATH names ${named}, which cannot be executed` }
  }
  for (const candidate of installedPlaces()) {
    if (await isExecutable(candidate)) return { executablePath: candidate, env, args }
  }
  if (process.platform === 'linux' && process.arch === 'x64') return await unpackedChromium(env)
  return {
    missing: `no Chromium, Chrome or Edge was found on ${process.platform} ${process.arch}: install one, or set CHROMIUM_PATH`,
  }
}

function environment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}

async function isExecutable(path: string): Promise<boolean> {
  return await access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}

function installedPlaces(): string[] {
  if (process.platform === 'darwin') {
    const apps = ['Chromium', 'Google Chrome', 'Microsoft Edge']
    const folders = ['/Applications', join(process.env['HOME'] ?? '/', 'Applications')]
    return folders.flatMap((folder) => apps.map((app) => join(folder, `${app}.app/Contents/MacOS/${app}`)))
  }
  if (process.platform === 'win32') {
    const folders = ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA'].map((name) => process.env[name] ?? '')
    const apps = [
      'Chromium\\Application\\chrome.exe',
      'Google\\Chrome\\Application\\chrome.exe',
      'Microsoft\\Edge\\Application\\msedge.exe',
    ]
    return folders.filter(Boolean).flatMap((folder) => apps.map((app) => join(folder, app)))
  }
  const names = [
    'chromium',
    'chromium-browser',
    'google-chrome',
    'google-chrome-stable',
    'microsoft-edge',
    'microsoft-edge-stable',
  ]
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean)
  return names.flatMap((name) => folders.map((folder) => join(folder, name)))
}

async function unpackedChromium(env: Record<string, string>): Promise<FoundChromium | { missing: string }> {
  let entry: string
  try {
    entry = createRequire(import.meta.url).resolve('@sparticuz/chromium')
  } catch {
    return { missing: 'no Chromium is installed and neither is @sparticuz/chromium: run npm ci, or set CHROMIUM_PATH' }
  }
  const home = dirname(dirname(entry))
  const { version } = JSON.parse(await readFile(join(home, 'package.json'), 'utf8')) as { version: string }
  const cache = join(repository, '.cache', `chromium-${version}`)
  if (!existsSync(cache)) {
    const problem = await unpack(entry, join(home, 'bin'), cache)
    if (problem) return { missing: problem }
  }

  // Bare machines lack nss and expat; without any font the browser process dies.
  await keep(join(cache, 'fonts.conf'), fontsConf(cache))
  const libraries = [join(cache, 'al2023', 'lib'), process.env['LD_LIBRARY_PATH']].filter(Boolean).join(':')
  return {
    executablePath: join(cache, 'chromium'),
    env: { ...env, LD_LIBRARY_PATH: libraries, FONTCONFIG_FILE: join(cache, 'fonts.conf') },
    args,
  }
}

/** Unpacks into a folder of its own and moves it into place as a whole, so that nobody meets half a browser. */
async function unpack(entry: string, packed: string, cache: string): Promise<string | undefined> {
  const own = `${cache}.${process.pid}.part`
  await rm(own, { recursive: true, force: true })
  await mkdir(own, { recursive: true })
  // The package unpacks to os.tmpdir() only; a process of its own keeps ours as it is.
  const script = `import chromium, { inflate } from ${JSON.stringify(pathToFileURL(entry).href)}
await chromium.executablePath(${JSON.stringify(packed)})
await inflate(${JSON.stringify(join(packed, 'al2023.tar.br'))})`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...process.env, TMPDIR: own },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let words = ''
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (words += chunk))
  const { promise, resolve, reject } = Promise.withResolvers<number | null>()
  child.once('error', reject).once('close', resolve)
  const code = await promise
  if (code !== 0) {
    await rm(own, { recursive: true, force: true })
    return `@sparticuz/chromium could not be unpacked into ${own} (exit ${code}): ${words.trim()}`
  }
  try {
    await rename(own, cache)
  } catch (cause) {
    await rm(own, { recursive: true, force: true })
    if (!existsSync(cache)) throw cause // Otherwise another process was first, and its copy is as good.
  }
  return undefined
}

/** Writes a file as a whole and only if it differs: browsers of other processes may be reading it. */
async function keep(path: string, text: string): Promise<void> {
  if (existsSync(path) && (await readFile(path, 'utf8')) === text) return
  const own = `${path}.${process.pid}.part`
  await writeFile(own, text)
  await rename(own, path)
}

function fontsConf(cache: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>${cache}/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <dir>/usr/local/share/fonts</dir>
  <cachedir>${cache}/font-cache</cachedir>
  <alias binding="strong"><family>system-ui</family><prefer><family>Open Sans</family></prefer></alias>
  <alias binding="strong"><family>sans-serif</family><prefer><family>Open Sans</family></prefer></alias>
  <alias binding="strong"><family>monospace</family><prefer><family>DejaVu Sans Mono</family><family>Open Sans</family></prefer></alias>
</fontconfig>
`
}
