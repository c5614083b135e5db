import { createServer } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A span as OTLP writes it in JSON (opentelemetry-proto, trace.proto), as far as tests look. */
export interface ToldSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[]
  readonly links?: readonly { readonly traceId: string }[]
  readonly status?: { readonly code?: number }
}

export interface Collector {
  readonly url: string
  /** Everything that was sent: each request's address, headers and body. */
  readonly received: readonly {
    readonly path: string
    readonly headers: IncomingHttpHeaders
    readonly body: string
  }[]
  spans(): readonly ToldSpan[]
  /** Takes what is sent and answers nothing, until it is let go. */
  hold(): void
  letGo(): void
  close(): Promise<void>
}

interface Told {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly ToldSpan[] }[] }[]
}

/** A real receiver of traces by OTLP over HTTP, on this port or a free one. */
export async function openCollector(wanted = 0): Promise<Collector> {
  const received: { path: string; headers: IncomingHttpHeaders; body: string }[] = []
  let held: (() => void)[] | undefined
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.once('end', () => {
      const answer = (): void => {
        received.push({
          path: request.url ?? '',
          headers: request.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        })
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
      }
      if (held) held.push(answer)
      else answer()
    })
  })
  await new Promise<void>((resolve) => server.listen(wanted, '127.0.0.1', resolve))
  const letGo = (): void => {
    const waiting = held ?? []
    held = undefined
    for (const answer of waiting) answer()
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    spans: () =>
      received.flatMap(({ body }) =>
        (JSON.parse(body) as Told).resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
      ),
    hold() {
      held ??= []
    },
    letGo,
    close: () =>
      new Promise((resolve) => {
        letGo()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
