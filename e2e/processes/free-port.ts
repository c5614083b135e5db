import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

// Below 32768, where Linux begins to give ports to outgoing connections (49152 elsewhere): a server that is started
// again on its port must not find a neighbour's connection there.
const lowest = 10_000
const highest = 32_000

/** A port of 127.0.0.1 that nobody listened on a moment ago; with `offsets`, one whose neighbours are free as well. */
export async function freePort(offsets: readonly number[] = [0]): Promise<number> {
  for (;;) {
    const port = randomInt(lowest, highest)
    const isFree = await Promise.all(offsets.map((offset) => canListen(port + offset)))
    if (isFree.every(Boolean)) return port
  }
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
      .once('error', () => resolve(false))
      .listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}
