import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { settings, StartError } from './index.ts'

type Environment = Readonly<Record<string, string | undefined>>

const names = Object.keys(settings.properties)
/** Settings whose name ends so already name a file of their own. */
const fileEnding = '_FILE'

/**
 * Brings together what the settings are given in: the environment, the JSON file that `GATEHOUSE_CONFIG` names, and files
 * that hold one value each (`NAME_FILE`, as secrets are mounted). The environment wins over the file.
 *
 * @returns the settings by name, as text
 * @throws StartError when a file is not there or cannot be read, or a setting stands in two places of the same weight
 */
export async function gatherSettings(environment: Environment): Promise<Environment> {
  const file = environment['GATEHOUSE_CONFIG']
  const fromFile = file === undefined || file === '' ? {} : await readConfigFile(file)
  return { ...(await withFiles(fromFile)), ...(await withFiles(environment)) }
}

/** What is given of each setting, directly or by its file; what is empty is not given. */
async function withFiles(given: Environment): Promise<Environment> {
  const gathered: Record<string, string> = {}
  for (const name of names) {
    const value = (await readValueFile(given, name)) ?? given[name]
    if (value) gathered[name] = value
  }
  return gathered
}

/**
 * The value that `NAME_FILE` leads to, without its last line break.
 *
 * @returns undefined when that is not set
 * @throws StartError when the file cannot be read, or `NAME` is set too
 */
export async function readValueFile(given: Environment, name: string): Promise<string | undefined> {
  const file = given[name + fileEnding]
  if (!file) return undefined
  if (given[name]) throw new StartError(`${name} and ${name}${fileEnding} are both set: set one of them.`)
  return (await readText(file, `The file of ${name}`)).replace(/\r?\n$/, '')
}

async function readConfigFile(file: string): Promise<Environment> {
  const content = await readJson(file, 'The configuration file')
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new StartError(`The configuration file ${file} is not valid: it must be an object of settings by name.`)
  }
  const known = new Set([...names, ...names.map((name) => name + fileEnding)])
  return Object.fromEntries(
    Object.entries(content).map(([name, value]: [string, unknown]) => {
      // In the environment others have their names; in our own file an unknown one is a slip of the pen.
      if (!known.has(name))
        throw new StartError(`The configuration file ${file} is not valid: ${name} is not known here.`)
      if (typeof value === 'string') return [name, value]
      if (typeof value === 'number' || typeof value === 'boolean') return [name, String(value)]
      throw new StartError(`The configuration file ${file} is not valid: ${name} must be text or a number.`)
    }),
  )
}

/**
 * Reads a JSON file that a setting names.
 *
 * @param what how the file is called in the line that says what is wrong
 * @throws StartError when it does not exist, may not be read, or is not JSON; each says so
 */
export async function readJson(file: string, what: string): Promise<unknown> {
  const text = await readText(file, what)
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new StartError(`${what} ${file} cannot be read as JSON.`, { cause })
  }
}

async function readText(file: string, what: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    if (code === 'ENOENT') throw new StartError(`${what} ${resolve(file)} does not exist.`, { cause })
    if (code === 'EACCES' || code === 'EPERM') {
      throw new StartError(`${what} ${file} may not be read by this account.`, { cause })
    }
    throw new StartError(`${what} ${file} cannot be read.`, { cause })
  }
}
