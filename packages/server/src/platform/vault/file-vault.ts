import { createCipheriv, createDecipheriv, scryptSync } from 'node:crypto'
import { mkdir, open, readFile, rename, writeFile } from 'node:fs/promises'
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
 * The default vault: keys in one file, itself sealed by a secret. Newest key last; it seals, all of them open.
 *
 * @throws StartError when the file cannot be read, written, or opened with this secret
 */
export async function openFileVault({ folder, secret, random = systemRandom }: FileVaultOptions): Promise<Vault> {
  const file = join(folder, 'vault.keys')
  const cost = secret === undefined ? generatedCost : scryptCost
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const sealingSecret = secret ?? (await generatedSecret(join(folder, 'vault.secret'), random))
  let keys = await readKeys(file, sealingSecret, cost)
  if (!keys) {
    keys = [newKey(random)]
    await writeKeys(file, keys, sealingSecret, cost, random)
  }
  let held: readonly SealingKey[] = keys
  const current = (): SealingKey => {
    const newest = held.at(-1)
    if (!newest) throw new Error('the vault holds no key')
    return newest
  }
  const openBytes = (sealed: Uint8Array, context: string): Buffer =>
    openValue((id) => held.find((key) => key.id === id)?.key, sealed, context)
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
      const next = [...held, newKey(random)]
      await writeKeys(file, next, sealingSecret, cost, random)
      held = next
    },
  }
}

const newKey = (random: Random): SealingKey => ({ id: random.bytes(8).toString('hex'), key: random.bytes(32) })

async function generatedSecret(file: string, random: Random): Promise<string> {
  const made = random.secret()
  try {
    await writeFile(file, made, { flag: 'wx', mode: 0o600, flush: true })
    return made
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return readFile(file, 'utf8')
    throw error
  }
}

async function readKeys(file: string, secret: string, cost: object): Promise<SealingKey[] | undefined> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
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

/** Written beside and renamed, so that a crash leaves the old file or the new one. */
async function writeKeys(file: string, keys: readonly SealingKey[], secret: string, cost: object, random: Random): Promise<void> {
  const salt = random.bytes(16)
  const nonce = random.bytes(12)
  const cipher = createCipheriv('aes-256-gcm', scryptSync(secret, salt, 32, cost), nonce, { authTagLength: 16 })
  const plain = JSON.stringify(keys.map(({ id, key }) => ({ id, key: key.toString('base64') })))
  const sealed = Buffer.concat([nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()])
  const text = JSON.stringify({ format: 'gatehouse-vault-1', salt: salt.toString('base64'), sealed: sealed.toString('base64') })
  const beside = `${file}.${random.bytes(6).toString('hex')}`
  const handle = await open(beside, 'wx', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(beside, file)
}
