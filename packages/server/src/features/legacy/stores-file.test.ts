import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { StartError } from '../../platform/config/index.ts'
import { makeShard } from '../../testing/legacy-shard.ts'
import { readStoresFile } from './index.ts'
import type { LegacyStoreSettings } from './index.ts'

let folder: string
let sound: LegacyStoreSettings
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-stores-'))
  const { file: _file, ...settings } = makeShard(folder, 'shard', [])
  sound = settings
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function lineFor(content: unknown): Promise<string> {
  const file = join(folder, 'stores.json')
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content))
  try {
    await readStoresFile(file, { SHARD: '' })
  } catch (error) {
    if (error instanceof StartError) return error.message
    throw error
  }
  throw new Error('the file was accepted')
}
const changed = (change: Partial<LegacyStoreSettings>) => ({ stores: [{ ...sound, ...change }] })
const told = (statements: Partial<LegacyStoreSettings['statements']>) =>
  changed({ statements: { ...sound.statements, ...statements } })

describe('the file of legacy stores', () => {
  it('gives the stores it describes, connections taken from the environment where it says so', async () => {
    const file = join(folder, 'sound.json')
    await writeFile(file, JSON.stringify({ stores: [sound, { ...sound, id: 'other', connection: 'env:SHARD' }] }))
    expect(await readStoresFile(file, { SHARD: 'file:/data/other.sqlite' })).toStrictEqual([
      sound,
      { ...sound, id: 'other', connection: 'file:/data/other.sqlite' },
    ])
  })

  it.each<[string, () => unknown, RegExp]>([
    ['is no JSON', () => '{"stores": [hunter2', /cannot be read as JSON\.$/],
    ['is not a list of stores', () => ({}), /is not valid: .*stores.*\.$/],
    ['has a dialect we do not speak', () => changed({ dialect: 'hunter2' as 'sqlite' }), /stores\/0\/dialect/],
    ['has an unknown word', () => ({ stores: [{ ...sound, chnages: 'hunter2' }] }), /stores\/0\/chnages is not known/],
    ['has an id that is none', () => changed({ id: 'Shard hunter2' }), /stores\/0\/id/],
    ['has two stores of one id', () => ({ stores: [sound, sound] }), /two stores have the id shard\.$/],
    ['takes a connection from a variable that is not set', () => changed({ connection: 'env:SHARD' }), /from SHARD/],
    ['misspells a parameter', () => told({ find: 'select :canonical, :hunter' }), /find of store shard .* :hunter\.$/],
    ['leaves a parameter out', () => told({ list: 'select :after' }), /list of store shard must use :limit\.$/],
    [
      'would write over a password that has changed',
      () => told({ writePassword: 'update t set h = :password_hash where id = :legacy_id' }),
      /writePassword of store shard must use :previous_hash\.$/,
    ],
  ])('that %s stops the start with one line that keeps values to itself', async (_kind, content, line) => {
    const said = await lineFor(content())
    expect(said).toMatch(line)
    expect(said).toMatch(/^The legacy store[^\n]+$/)
    expect(said).not.toContain('hunter2')
  })

  it('that is not there stops the start with one line', async () => {
    await expect(readStoresFile(join(folder, 'none.json'), {})).rejects.toThrow(StartError)
  })
})
