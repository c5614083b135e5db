import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readConfig, settings, StartError } from './index.ts'

function lineFor(environment: Readonly<Record<string, string>>): string {
  try {
    readConfig(environment)
  } catch (error) {
    if (error instanceof StartError) return error.message
    throw error
  }
  throw new Error('the settings were accepted')
}

describe('an empty environment', () => {
  it('gives a server for one machine: loopback, embedded database, no mail, nobody believed about addresses', () => {
    expect(readConfig({})).toStrictEqual({
      fetchAllowed: [],
      origin: 'http://localhost:4000',
      isSecure: false,
      host: 'localhost',
      port: 4000,
      dataFolder: resolve('.data/gatehouse'),
      databaseUrl: undefined,
      processes: 1,
      databasePoolSize: 10,
      databasePoolQueue: 500,
      metricsPort: undefined,
      metricsHost: 'localhost',
      vaultSecret: undefined,
      smtpUrl: undefined,
      mailFrom: 'Gatehouse <no-reply@localhost>',
      provisionFile: undefined,
      legacyStoresFile: undefined,
      hashThreads: 0,
      connections: { requestMilliseconds: 30_000, stallMilliseconds: 60_000, idleMilliseconds: 72_000, most: 10_000 },
      admission: { mostWaitMilliseconds: 4000, delayMilliseconds: 60 },
      keyDays: 90,
      keySetSeconds: 3600,
      refusalMilliseconds: undefined,
      scanSeconds: 300,
      traces: undefined,
      trustedHops: 0,
      throttle: {
        tries: 10,
        firstWaitSeconds: 60,
        longestWaitSeconds: 900,
        closeTries: 90,
        closedSeconds: 2_592_000,
        networkTries: 100,
        networkLimit: 1000,
        networkLookUps: 300,
        doorRefusals: 3000,
        paceSeconds: 30,
        work: 256,
        messages: 5,
        messagesInAll: 10,
        messageGapSeconds: 30,
        networkMessages: 60,
      },
      logLevel: 'info',
    })
  })

  it('is what empty values mean too, as compose files write them', () => {
    const empty = Object.fromEntries(Object.keys(settings.properties).map((name) => [name, '']))
    expect(readConfig(empty)).toStrictEqual(readConfig({}))
  })
})

describe('a setting', () => {
  it('is read from the variable of its name', () => {
    const config = readConfig({
      GATEHOUSE_URL: 'https://auth.acme.example:8443',
      GATEHOUSE_PORT: '8080',
      DATABASE_URL: 'postgresql://gatehouse@db/gatehouse',
      GATEHOUSE_VAULT_SECRET: '0123456789012345',
      GATEHOUSE_SMTP_URL: 'smtps://mail.example',
      GATEHOUSE_LOG_LEVEL: 'warn',
    })
    expect(config).toMatchObject({
      origin: 'https://auth.acme.example:8443',
      isSecure: true,
      port: 8080,
      databaseUrl: 'postgresql://gatehouse@db/gatehouse',
      vaultSecret: '0123456789012345',
      smtpUrl: 'smtps://mail.example',
      logLevel: 'warn',
      // A database of its own is not in the way of the event loop.
      admission: { mostWaitMilliseconds: 1500, delayMilliseconds: 20 },
    })
  })

  it('of another program is ignored', () => {
    expect(readConfig({ PATH: '/bin', GATEHOUSE_PROT: '1', __proto__: 'x' })).toStrictEqual(readConfig({}))
  })

  it.each([
    ['GATEHOUSE_URL', 'auth.acme.example'],
    ['GATEHOUSE_URL', 'https://auth.acme.example/'],
    ['GATEHOUSE_URL', 'https://auth.acme.example/tenant'],
    ['GATEHOUSE_URL', 'https://user:hunter2@auth.acme.example'],
    ['GATEHOUSE_URL', 'https://auth acme'],
    ['GATEHOUSE_URL', 'https://auth.acme.example\nhunter2'],
    ['GATEHOUSE_URL', 'https://'],
    ['GATEHOUSE_URL', 'HTTPS://AUTH.EXAMPLE'],
    ['GATEHOUSE_URL', 'https://AUTH.example'],
    ['GATEHOUSE_URL', 'https://auth.example:443'],
    ['GATEHOUSE_URL', 'https://auth.example:99999'],
    ['GATEHOUSE_PORT', 'hunter2'],
    ['GATEHOUSE_PORT', '65536'],
    ['GATEHOUSE_PORT', '-1'],
    ['GATEHOUSE_PORT', '80.5'],
    ['GATEHOUSE_PORT', 'true'],
    ['GATEHOUSE_PORT', '0x1f90'],
    ['GATEHOUSE_PORT', ' '],
    ['GATEHOUSE_PORT', '4000 hunter2'],
    ['DATABASE_URL', 'mysql://root:hunter2@db/x'],
    ['DATABASE_POOL_SIZE', '0'],
    ['GATEHOUSE_VAULT_SECRET', 'hunter2'],
    ['GATEHOUSE_SMTP_URL', 'mail:hunter2@mail.example'],
    ['GATEHOUSE_HASH_THREADS', '257'],
    ['GATEHOUSE_REQUEST_TIMEOUT_MS', '99'],
    ['GATEHOUSE_CONNECTIONS', '0'],
    ['GATEHOUSE_ADMISSION_WAIT_MS', '0'],
    ['GATEHOUSE_ADMISSION_DELAY_MS', '10001'],
    ['GATEHOUSE_REFUSAL_MS', '10001'],
    ['GATEHOUSE_SCAN_SECONDS', '4'],
    ['GATEHOUSE_TRUSTED_HOPS', '11'],
    ['GATEHOUSE_THROTTLE_TRIES', '0'],
    ['GATEHOUSE_THROTTLE_CLOSE_TRIES', '101'],
    ['GATEHOUSE_LOG_LEVEL', 'hunter2'],
  ])('%s that is %j stops the start with one line that names it and keeps its value to itself', (name, value) => {
    const line = lineFor({ [name]: value })
    expect(line).toMatch(new RegExp(`^${name} cannot be used: it \\S.*\\. See docs/configuration\\.md\\.$`))
    expect(line).not.toContain('hunter2')
    if (value.trim().length > 3) expect(line).not.toContain(value)
  })

  it('a choice among words that is none of them is answered with the words', () => {
    expect(lineFor({ GATEHOUSE_LOG_LEVEL: 'loud' })).toContain('one of debug, info, warn, error, silent')
  })
})

describe('the collector of traces', () => {
  it('is asked with the headers it wants, and absent without an address', () => {
    const config = readConfig({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector.example/in/',
      OTEL_EXPORTER_OTLP_HEADERS: 'x-key=a%20key%3D,x-team=billing',
      GATEHOUSE_TRUSTED_HOPS: '1',
      GATEHOUSE_TRACES_PARENT: 'follow',
    })
    expect(config.traces).toStrictEqual({
      endpoint: 'https://collector.example/in',
      headers: { 'x-key': 'a key=', 'x-team': 'billing' },
      serviceName: 'gatehouse',
      percent: 100,
      followsParent: true,
    })
    expect(readConfig({ OTEL_EXPORTER_OTLP_HEADERS: 'x-key=1' }).traces).toBe(undefined)
  })

  it.each(['x-key=hunter2%', 'hunter2', 'x-key=hunter2 x'])('has headers that %j are none of', (headers) => {
    const line = lineFor({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318', OTEL_EXPORTER_OTLP_HEADERS: headers })
    expect(line).toContain('OTEL_EXPORTER_OTLP_HEADERS')
    expect(line).not.toContain('hunter2')
  })

  it('gives nobody the parent of a trace whom no proxy vouches for', () => {
    expect(lineFor({ GATEHOUSE_TRACES_PARENT: 'follow' })).toContain('GATEHOUSE_TRUSTED_HOPS')
    expect(lineFor({ GATEHOUSE_TRACES_PARENT: 'hunter2' })).toContain('one of link, follow')
  })
})
