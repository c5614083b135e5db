import { join, resolve } from 'node:path'
import { StartTrouble } from './start-trouble.ts'

/** Where everything of one demo listens. */
export interface Ports {
  readonly server: number
  readonly smtp: number
  readonly portal: number
  readonly office: number
}

/** The public addresses that follow from the ports. Origins have no slash at the end. */
export interface Addresses {
  readonly server: string
  readonly issuer: string
  /** A host name of its own, because browsers share cookies among all ports of one name (RFC 6265 §8.5). */
  readonly portal: string
  readonly office: string
  readonly smtp: string
}

export interface Settings {
  readonly ports: Ports
  readonly addresses: Addresses
  /** Absolute. */
  readonly folder: string
  /** PostgreSQL for the server; absent: its embedded database, inside the folder. */
  readonly databaseUrl: string | undefined
}

export const tenantId = 'harborline'
export const portalWorkspaceId = 'portal'

const repository = resolve(import.meta.dirname, '../..')
const usualBase = 4000

/** Settings of the server that the demo decides itself; anybody who sets one expects an effect that it would not have. */
const decidedHere: Readonly<Record<string, string>> = {
  GATEHOUSE_URL: 'GATEHOUSE_DEMO_PORT_BASE',
  GATEHOUSE_PORT: 'GATEHOUSE_DEMO_PORT_BASE',
  GATEHOUSE_HOST: 'GATEHOUSE_DEMO_PORT_BASE',
  GATEHOUSE_SMTP_URL: 'GATEHOUSE_DEMO_PORT_BASE',
  GATEHOUSE_DATA: 'GATEHOUSE_DEMO_DATA',
  GATEHOUSE_PROVISION_FILE: 'GATEHOUSE_DEMO_DATA',
  GATEHOUSE_LEGACY_STORES_FILE: 'GATEHOUSE_DEMO_DATA',
}

/**
 * Reads the settings of the demo: `GATEHOUSE_DEMO_PORT_BASE` (4000), `GATEHOUSE_DEMO_DATA`, `DATABASE_URL`.
 * The folder is `.data/demo`; another port base gets a folder of its own, because addresses are written into the database.
 *
 * @throws StartTrouble naming a variable that cannot be used
 */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  for (const [name, instead] of Object.entries(decidedHere)) {
    if (environment[name]) {
      throw new StartTrouble(
        `${name} has no effect on the demo, which decides it itself: unset it, and use ${instead}.`,
      )
    }
  }
  const ports = readPorts(environment['GATEHOUSE_DEMO_PORT_BASE'])
  const usualFolder = ports.server === usualBase ? 'demo' : `demo-${ports.server}`
  return {
    ports,
    addresses: addressesOf(ports),
    folder: resolve(given(environment['GATEHOUSE_DEMO_DATA']) ?? join(repository, '.data', usualFolder)),
    databaseUrl: given(environment['DATABASE_URL']),
  }
}

/** A variable that is set to nothing is as good as none. */
const given = (text: string | undefined): string | undefined => (text === '' ? undefined : text)

/** @throws StartTrouble for anything but a whole number that leaves room for all four ports */
export function readPorts(text: string | undefined): Ports {
  const base = text ? Number(text) : usualBase
  if ((text && !/^\d+$/u.test(text)) || base < 1024 || base > 65_335) {
    throw new StartTrouble('GATEHOUSE_DEMO_PORT_BASE must be a whole number from 1024 to 65335, such as 5000.')
  }
  return { server: base, smtp: base + 25, portal: base + 100, office: base + 200 }
}

export function addressesOf(ports: Ports): Addresses {
  const server = `http://localhost:${ports.server}`
  return {
    server,
    issuer: `${server}/${tenantId}/${portalWorkspaceId}`,
    portal: `http://portal.localhost:${ports.portal}`,
    office: `http://localhost:${ports.office}`,
    smtp: `smtp://127.0.0.1:${ports.smtp}`,
  }
}
