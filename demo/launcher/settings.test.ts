import { describe, expect, it } from 'vitest'
import { addressesOf, readPorts, readSettings } from './settings.ts'
import { StartTrouble } from './start-trouble.ts'

describe('the ports of the demo', () => {
  it('are 4000, 4025, 4100 and 4200 unless somebody says otherwise', () => {
    expect(readPorts(undefined)).toEqual({ server: 4000, smtp: 4025, portal: 4100, office: 4200 })
    expect(readPorts('')).toEqual(readPorts(undefined))
  })

  it('all move with one variable', () => {
    expect(readPorts('15000')).toEqual({ server: 15_000, smtp: 15_025, portal: 15_100, office: 15_200 })
  })

  it.each(['0', '80', '65336', '-4000', '4000.5', '0x1000', 'four thousand', '4000 '])(
    'cannot begin at %j, and the line names the variable',
    (text) => {
      expect(() => readPorts(text)).toThrow(StartTrouble)
      expect(() => readPorts(text)).toThrow(/^GATEHOUSE_DEMO_PORT_BASE [^\n]+$/)
    },
  )

  it('leave room for the highest of them', () => {
    expect(readPorts('65335').office).toBe(65_535)
  })
})

describe('the addresses of the demo', () => {
  it('give the portal a host name of its own, because cookies are shared among ports', () => {
    const addresses = addressesOf(readPorts(undefined))
    expect(new URL(addresses.portal).hostname).not.toBe(new URL(addresses.server).hostname)
    expect(addresses.issuer).toBe('http://localhost:4000/harborline/portal')
    expect(addresses.smtp).toBe('smtp://127.0.0.1:4025')
  })
})

describe('the folder of the demo', () => {
  it('is another one for other ports, because addresses are in the database', () => {
    expect(readSettings({}).folder).toMatch(/[/\\]\.data[/\\]demo$/)
    expect(readSettings({ GATEHOUSE_DEMO_PORT_BASE: '5000' }).folder).toMatch(/[/\\]\.data[/\\]demo-5000$/)
  })

  it('is the one that is named', () => {
    expect(readSettings({ GATEHOUSE_DEMO_DATA: '/srv/demo', GATEHOUSE_DEMO_PORT_BASE: '5000' }).folder).toBe(
      '/srv/demo',
    )
  })
})

describe('settings of the server that the demo decides', () => {
  it.each(['GATEHOUSE_PORT', 'GATEHOUSE_URL', 'GATEHOUSE_DATA', 'GATEHOUSE_SMTP_URL'])(
    'are refused by name when %s is set, rather than left without effect',
    (name) => {
      expect(() => readSettings({ [name]: '1' })).toThrow(new RegExp(`^${name} .* use GATEHOUSE_DEMO_`))
    },
  )

  it('do not include the others, which go through', () => {
    expect(readSettings({ GATEHOUSE_LOG_LEVEL: 'debug', DATABASE_URL: 'postgres://db/x' }).databaseUrl).toBe(
      'postgres://db/x',
    )
  })
})
