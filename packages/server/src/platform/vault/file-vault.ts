import { createCipheriv, createDecipheriv, scryptSync } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { link, mkdir, open, readFile, rename, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { StartError } from '../config/index.ts'
import { systemRandom } from '../random/index.ts'
import type { Random } from '../random/index.ts'
import { openValue, sealedKeyId, sealValue } from './sealed-value.ts'
import type { SealingKey } from './sealed-value.ts'
import type { Vault } from './vault.ts'

const keyFileShape = Type.Object({
  format: Type.Literal('gatehouse-vault-1'),
  salt: Type.String(),
  sealed: Type.String(),
})
const keysShape = Type.Array(Type.Object({ id: Type.String({ pattern: '^[0-9a-f]{16}$' }), key: Type.String() }), {
  minItems: 1,
})

/** Slow on purpose: the secret may be a sentence a person chose. 64 MiB, some 200 ms, once per start. */
const scryptCost = { N: 65_536, r: 8, p: 1, maxmem: 128 * 1024 * 1024 }
/** A secret we made ourselves has 256 bits; stretching it would only slow the start. */
const generatedCost = { N: 16, r: 8, p: 1 }

export interface FileVaultOptions {
  readonly folder: string
  /** Absent: a random secret is kept beside the key file. */
  readonly secret: string | undefined
  readonly random?: Random
}

/**
 * The default vault: keys in one file, itself sealed by a secret. Newest key last; it seals, all of them open. Several
 * processes may open one folder for the first time at once: the first to finish gives the keys, the others take them.
 *
 * @throws StartError when the file cannot be read, written, or opened with this secret
 */
export async function openFileVault({ folder, secret, random = systemRandom }: FileVaultOptions): Promise<Vault> {
  const file = join(folder, 'vault.keys')
  const cost = secret === undefined ? generatedCost : scryptCost
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const sealingSecret = secret ?? (await generatedSecret(join(folder, 'vault.secret'), random))
  let held = await readKeys(file, sealingSecret, cost)
  if (!held) {
    await keepFirst(file, sealedKeys([newKey(random)], sealingSecret, cost, random), random)
    held = await readKeys(file, sealingSecret, cost)
  }
  if (!held) throw new StartError(`The vault in ${file} was removed while it was opened: start again.`)
  let keys: readonly SealingKey[] = held
  /** Ids that are not in the file: a value of another vault must not have it read again and again. */
  const lookedFor = new Set<string>()
  const current = (): SealingKey => {
    const newest = keys.at(-1)
    if (!newest) throw new Error('the vault holds no key')
    return newest
  }
  /** A key that another process has made since: its values come here before anybody told us of it. */
  function findKey(id: string): Buffer | undefined {
    const present = keys.find((key) => key.id === id)
    if (present || lookedFor.has(id)) return present?.key
    lookedFor.add(id)
    keys = readKeysNow(file, sealingSecret, cost) ?? keys
    return keys.find((key) => key.id === id)?.key
  }
  const openBytes = (sealed: Uint8Array, context: string): Buffer => openValue(findKey, sealed, context)
  return {
    seal: (plain, context) =>
      sealValue(current(), typeof plain === 'string' ? Buffer.from(plain, 'utf8') : plain, context, random.bytes),
    open: openBytes,
    openText: (sealed, context) => openBytes(sealed, context).toString('utf8'),
    keyIdOf: sealedKeyId,
    get currentKeyId() {
      return current().id
    },
    async rotate() {
      // Read again: another process may have rotated since, and its key must stay in the file.
      const next = [...((await readKeys(file, sealingSecret, cost)) ?? keys), newKey(random)]
      await rename(await writeBeside(file, sealedKeys(next, sealingSecret, cost, random), random), file)
      keys = next
    },
    async reload() {
      lookedFor.clear()
      keys = (await readKeys(file, sealingSecret, cost)) ?? keys
    },
    async forgetOldKeys() {
      const next = [...((await readKeys(file, sealingSecret, cost)) ?? keys)].slice(-1)
      await rename(await writeBeside(file, sealedKeys(next, sealingSecret, cost, random), random), file)
      keys = next
    },
  }
}

const newKey = (random: Random): SealingKey => ({ id: random.bytes(8).toString('hex'), key: random.bytes(32) })

async function generatedSecret(file: string, random: Random): Promise<string> {
  const present = await readIfThere(file)
  if (present === undefined) await keepFirst(file, random.secret(), random)
  const secret = present ?? (await readFile(file, 'utf8'))
  if (secret.length < 32) throw new StartError(`The secret in ${file} is cut short: restore it, or the whole folder.`)
  return secret
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined)

async function readKeys(file: string, secret: string, cost: object): Promise<SealingKey[] | undefined> {
  return keysIn(file, await readIfThere(file), secret, cost)
}

/** Rare enough to stop the process for it: once after each rotation. */
function readKeysNow(file: string, secret: string, cost: object): SealingKey[] | undefined {
  return keysIn(file, existsSync(file) ? readFileSync(file, 'utf8') : undefined, secret, cost)
}

function keysIn(file: string, text: string | undefined, secret: string, cost: object): SealingKey[] | undefined {
  if (text === undefined) return undefined
  try {
    const { salt, sealed } = Value.Parse(keyFileShape, JSON.parse(text))
    const bytes = Buffer.from(sealed, 'base64')
    const key = scryptSync(secret, Buffer.from(salt, 'base64'), 32, cost)
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 })
    decipher.setAuthTag(bytes.subarray(-16))
    const plain = Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString('utf8')
    return Value.Parse(keysShape, JSON.parse(plain)).map(({ id, key: k }) => ({ id, key: Buffer.from(k, 'base64') }))
  } catch (cause) {
    throw new StartError(
      `The vault in ${file} does not open with this secret: set GATEHOUSE_VAULT_SECRET to the one it was made with, or restore the folder.`,
      { cause },
    )
  }
}

function sealedKeys(keys: readonly SealingKey[], secret: string, cost: object, random: Random): string {
  const salt = random.bytes(16)
  const nonce = random.bytes(12)
  const cipher = createCipheriv('aes-256-gcm', scryptSync(secret, salt, 32, cost), nonce, { authTagLength: 16 })
  const plain = JSON.stringify(keys.map(({ id, key }) => ({ id, key: key.toString('base64') })))
  const sealed = Buffer.concat([nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return JSON.stringify({
    format: 'gatehouse-vault-1',
    salt: salt.toString('base64'),
    sealed: sealed.toString('base64'),
  })
}

/** The whole text, on the disk, under a name of its own: what then takes the real name is never half of it. */
async function writeBeside(file: string, text: string, random: Random): Promise<string> {
  const beside = `${file}.${random.bytes(6).toString('hex')}`
  const handle = await open(beside, 'wx', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  return beside
}

/** Gives the file this text unless another process was first. A link appears whole or fails; it replaces nothing. */
async function keepFirst(file: string, text: string, random: Random): Promise<void> {
  const beside = await writeBeside(file, text, random)
  try {
    await link(beside, file)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') {
      // A file system without links (exFAT) leaves only the rename, where of two first starts the last one wins.
      await rename(beside, file)
      return
    }
  }
  await unlink(beside)
}
