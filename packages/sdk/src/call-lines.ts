import { interrupted, isAboutToken } from './exchange.ts'
import type { World } from './platform/world.ts'
import { failureOf } from './read-reply.ts'
import { SecureAuthError } from './secure-auth-error.ts'

export interface LinesRequest {
  readonly operation: string
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly lines: AsyncIterable<unknown> | Iterable<unknown>
  /** Absent: as long as it takes. */
  readonly signal: AbortSignal | undefined
}

/**
 * Sends a JSON text a line and gives what comes back, a line each, while it goes on: neither side is held in memory. It is
 * sent once; whoever wants to go on after an error calls again with the same key. Leaving the loop stops the sending.
 *
 * @throws SecureAuthError as every call; and what reading `lines` throws, as it is
 */
export async function* callLines(world: World, request: LinesRequest, refuseToken: () => void): AsyncGenerator {
  const { operation, url, method, headers, lines, signal } = request
  const left = new AbortController()
  const ending = signal ? AbortSignal.any([left.signal, signal]) : left.signal
  const source = bodyOf(world, lines, ending)
  try {
    const init = { method, headers, body: source.body, signal: ending, redirect: 'error', duplex: 'half' } as const
    const response = await world.fetch(url, init)
    const { status } = response
    if (status < 200 || status >= 300 || !response.body) {
      const reply = { status, headers: response.headers, text: await response.text() }
      if (isAboutToken(reply)) refuseToken()
      throw failureOf(world, operation, reply)
    }
    for await (const text of linesOf(response.body)) {
      const line = readLine(operation, text)
      // The status was said before this went wrong; the last line is the error object.
      if (isErrorObject(line)) {
        throw failureOf(world, operation, { status: line.status_code, headers: response.headers, text })
      }
      yield line
    }
  } catch (cause) {
    if (source.failed) throw source.failed.cause
    if (cause instanceof SecureAuthError) throw cause
    if (signal?.aborted === true) throw interrupted(operation, signal, cause)
    throw new SecureAuthError({ operation, code: 'sdk.network', message: 'the connection was lost', cause })
  } finally {
    left.abort()
  }
}

/** Lines that are there already go together; those that come one by one are sent as they come. */
const togetherBytes = 32 * 1024

interface Source {
  readonly body: ReadableStream<Uint8Array>
  /** What reading the lines threw. */
  failed?: { readonly cause: unknown }
}

/** After so much, whatever else there is to do gets its turn: a source that is always ready would leave no time to hear of the end. */
const turnBytes = 64 * 1024

/** Read no faster than it is sent, and not after `ending`. */
function bodyOf(world: World, lines: AsyncIterable<unknown> | Iterable<unknown>, ending: AbortSignal): Source {
  const isComing = Symbol.asyncIterator in lines
  const iterator = isComing ? lines[Symbol.asyncIterator]() : lines[Symbol.iterator]()
  const enoughBytes = isComing ? 1 : togetherBytes
  const encoder = new TextEncoder()
  let turn = 0

  async function nextText(): Promise<{ readonly text: string; readonly isLast: boolean }> {
    let text = ''
    while (text.length < enoughBytes) {
      const next = await iterator.next()
      if (next.done === true) return { text, isLast: true }
      text += `${JSON.stringify(next.value)}\n`
    }
    return { text, isLast: false }
  }

  const source: Source = {
    body: new ReadableStream<Uint8Array>({
      async pull(controller) {
        if (turn >= turnBytes) {
          turn = 0
          await world.pause(0, ending).catch(() => {})
        }
        if (ending.aborted) {
          await iterator.return?.()
          controller.error(ending.reason)
          return
        }
        const { text, isLast } = await nextText().catch((cause: unknown) => {
          source.failed = { cause }
          throw cause
        })
        turn += text.length
        if (text !== '') controller.enqueue(encoder.encode(text))
        if (isLast) controller.close()
      },
      async cancel() {
        await iterator.return?.()
      },
    }),
  }
  return source
}

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  const reader = body.getReader()
  let rest = ''
  for (;;) {
    const { done, value } = await reader.read()
    const parts = (rest + (done ? decoder.decode() : decoder.decode(value, { stream: true }))).split('\n')
    rest = done ? '' : (parts.pop() ?? '')
    for (const part of parts) if (part !== '') yield part
    if (done) return
  }
}

function readLine(operation: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw new SecureAuthError({ operation, code: 'sdk.unreadable_answer', message: 'a line of the answer is not JSON' })
  }
}

const isErrorObject = (line: unknown): line is { readonly status_code: number } =>
  typeof line === 'object' &&
  line !== null &&
  'error_code' in line &&
  'status_code' in line &&
  typeof line.status_code === 'number'
