import { createServer } from 'node:net'
import type { Ports } from './settings.ts'
import { StartTrouble, systemCode } from './start-trouble.ts'

const uses: Readonly<Record<keyof Ports, string>> = {
  server: 'the Gatehouse server',
  smtp: 'the mailbox',
  portal: 'the Biller Portal',
  office: 'the demo office',
}

/**
 * Looks whether all ports can be listened on, before anything is started.
 *
 * @throws StartTrouble naming the first that cannot, and the variable to change
 */
export async function assertPortsFree(ports: Ports): Promise<void> {
  for (const [name, port] of Object.entries(ports) as [keyof Ports, number][]) {
    for (const host of ['127.0.0.1', '::1']) {
      const code = await tryToListen(port, host)
      if (code === 'EADDRINUSE' || code === 'EACCES') throw portTrouble(port, uses[name], code)
    }
  }
}

/** The same words for a port that was taken between the look and the start. */
export function portTrouble(port: number, use: string, code: string): StartTrouble {
  const why = code === 'EACCES' ? 'may not be used by this account' : 'is taken by another program'
  return new StartTrouble(
    `Port ${port} (${use}) ${why}: free it, or choose other ports with GATEHOUSE_DEMO_PORT_BASE=5000 npm start.`,
  )
}

async function tryToListen(port: number, host: string): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>()
  const server = createServer()
  // A machine without IPv6 answers EADDRNOTAVAIL or EAFNOSUPPORT, which is no trouble.
  server.once('error', (error) => resolve(systemCode(error) ?? 'unknown'))
  server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(undefined)))
  return promise
}
