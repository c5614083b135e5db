import { createHash } from 'node:crypto'
import { chmod, rm } from 'node:fs/promises'
import { createConnection, createServer } from 'node:net'
import type { Socket } from 'node:net'
import { join, relative } from 'node:path'
import { createInterface } from 'node:readline'

/** Runs what was typed. @returns the exit code */
export type Perform = (typed: readonly string[], say: (line: string) => void) => Promise<number>

export interface Control {
  close(): Promise<void>
}

/** A socket's address may have some hundred characters; a deep folder is nearer from where we stand. */
const longestAddress = 100

function addressOf(folder: string): string {
  if (process.platform === 'win32') {
    return String.raw`\\.\pipe\gatehouse-${createHash('sha256').update(folder).digest('hex').slice(0, 32)}`
  }
  const address = join(folder, 'control.sock')
  const near = relative(process.cwd(), address)
  return address.length > longestAddress && near.length < address.length ? near : address
}

/**
 * Takes commands from other programs of the same account while the embedded database is open: one process has it, so
 * commands are run by that one. The folder is open to its owner only, and so is the socket.
 */
export async function openControl(folder: string, perform: Perform): Promise<Control> {
  const address = addressOf(folder)
  // What a killed process left; the folder's lock says that nobody else is here.
  if (process.platform !== 'win32') await rm(address, { force: true })
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    serve(socket, perform).catch(() => socket.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(address, resolve)
  })
  if (process.platform !== 'win32') await chmod(address, 0o600)
  return {
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

/** One line of JSON asks, lines of JSON answer: what is said, and at the end the exit code. */
async function serve(socket: Socket, perform: Perform): Promise<void> {
  const write = (message: object): void => void socket.write(`${JSON.stringify(message)}\n`)
  for await (const line of createInterface(socket)) {
    const asked: unknown = JSON.parse(line)
    if (!Array.isArray(asked) || !asked.every((word) => typeof word === 'string')) throw new Error('not a command')
    const exit = await perform(asked, (say) => write({ say }))
    write({ exit })
    socket.end()
    return
  }
}

/**
 * Has the process that holds the folder run a command.
 *
 * @returns the exit code; undefined when nobody listens there
 */
export async function askControl(
  folder: string,
  typed: readonly string[],
  say: (line: string) => void,
): Promise<number | undefined> {
  const socket = createConnection(addressOf(folder))
  const isConnected = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
  })
  if (!isConnected) return undefined
  socket.on('error', () => socket.destroy())
  socket.write(`${JSON.stringify(typed)}\n`)
  for await (const line of createInterface(socket)) {
    const heard = JSON.parse(line) as { readonly say?: string; readonly exit?: number }
    if (heard.say !== undefined) say(heard.say)
    if (heard.exit !== undefined) {
      socket.destroy()
      return heard.exit
    }
  }
  throw new Error('the server ended before the command was done')
}
