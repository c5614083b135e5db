import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

export interface Freezable {
  readonly port: number
  /** From here on nothing goes through, in either direction; connections stay open and new ones are taken. */
  freeze(): void
  /** What was held back goes through. */
  thaw(): void
  close(): Promise<void>
}

/** A way to a server of 127.0.0.1 that can be made to hang, as a database does whose disk or network does not answer. */
export async function freezableWayTo(target: number): Promise<Freezable> {
  const sockets = new Set<Socket>()
  let isFrozen = false
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1')
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one)
      if (isFrozen) one.pause()
      one.on('data', (chunk) => other.write(chunk))
      one.on('error', () => other.destroy())
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
    }
    // Reading began with the listener.
    if (isFrozen) for (const one of [near, far]) one.pause()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    freeze() {
      isFrozen = true
      for (const socket of sockets) socket.pause()
    },
    thaw() {
      isFrozen = false
      for (const socket of sockets) socket.resume()
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}
