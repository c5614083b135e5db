import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig, StartError } from './index.ts'
import { gatherSettings } from './sources.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-config-'))
})

afterAll(() => rm(folder, { recursive: true, force: true }))

async function fileOf(content: unknown, name = 'config.json'): Promise<string> {
  const file = join(folder, name)
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content))
  return file
}

describe('settings', () => {
  it('come from the file that GATEHOUSE_CONFIG names, and the environment wins', async () => {
    const file = await fileOf({ GATEHOUSE_PORT: 8080, GATEHOUSE_HOST: '0.0.0.0', GATEHOUSE_LOG_LEVEL: 'warn' })
    const given = { GATEHOUSE_CONFIG: file, GATEHOUSE_PORT: '9090', GATEHOUSE_LOG_LEVEL: '', PATH: '/bin' }
    expect(await gatherSettings(given)).toStrictEqual({
      GATEHOUSE_PORT: '9090',
      GATEHOUSE_HOST: '0.0.0.0',
      GATEHOUSE_LOG_LEVEL: 'warn',
    })
    expect(readConfig(await gatherSettings(given))).toMatchObject({ port: 9090, host: '0.0.0.0', logLevel: 'warn' })
  })

  it('may each be a file that holds the value, as secrets are mounted, without its last line break', async () => {
    const secret = await fileOf('a secret of many words \n', 'secret')
    const other = await fileOf('a secret of the file\r\n', 'other')
    const config = await fileOf({ GATEHOUSE_VAULT_SECRET_FILE: other, DATABASE_URL: 'postgres://db/a' })
    expect(await gatherSettings({ GATEHOUSE_CONFIG: config })).toStrictEqual({
      GATEHOUSE_VAULT_SECRET: 'a secret of the file',
      DATABASE_URL: 'postgres://db/a',
    })
    expect(await gatherSettings({ GATEHOUSE_CONFIG: config, GATEHOUSE_VAULT_SECRET_FILE: secret })).toMatchObject({
      GATEHOUSE_VAULT_SECRET: 'a secret of many words ',
    })
  })

  it('whose own name ends like that name a file, and are not read here', async () => {
    const given = { GATEHOUSE_PROVISION_FILE: '/nowhere.json', GATEHOUSE_LEGACY_STORES_FILE: '/nowhere.json' }
    expect(await gatherSettings(given)).toStrictEqual(given)
  })

  it.each([
    [
      'does not exist',
      { GATEHOUSE_CONFIG: '/nowhere/config.json' },
      'The configuration file /nowhere/config.json does not exist.',
    ],
    ['does not exist', { DATABASE_URL_FILE: '/nowhere/url' }, 'The file of DATABASE_URL /nowhere/url does not exist.'],
    [
      'stands in two places',
      { DATABASE_URL: 'postgres://hunter2@a', DATABASE_URL_FILE: '/nowhere/url' },
      'DATABASE_URL and DATABASE_URL_FILE are both set: set one of them.',
    ],
  ])('that %s: %j stops the start with a line that says so', async (_what, given, line) => {
    await expect(gatherSettings(given)).rejects.toThrow(new StartError(line))
  })

  it.each([
    ['{"GATEHOUSE_PORT": hunter2', /^The configuration file \S+ cannot be read as JSON\.$/],
    ['["hunter2"]', /^The configuration file \S+ is not valid: it must be an object of settings by name\.$/],
    ['{"GATEHOUSE_PROT": "hunter2"}', /^The configuration file \S+ is not valid: GATEHOUSE_PROT is not known here\.$/],
    [
      '{"GATEHOUSE_URL": ["hunter2"]}',
      /^The configuration file \S+ is not valid: GATEHOUSE_URL must be text or a number\.$/,
    ],
  ])('a file that holds %s stops the start, and its values are left out', async (content, line) => {
    const refused = gatherSettings({ GATEHOUSE_CONFIG: await fileOf(content, 'broken.json') })
    await expect(refused).rejects.toThrow(StartError)
    await expect(refused).rejects.toThrow(line)
    await expect(refused).rejects.not.toThrow(/hunter2/)
  })
})
