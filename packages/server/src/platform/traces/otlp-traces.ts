import { AsyncLocalStorage } from 'node:async_hooks'
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags } from '@opentelemetry/api'
import type { Context, Link, Span, SpanContext } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import type { SpanExporter } from '@opentelemetry/sdk-trace'
import type { TracesSettings } from '../config/index.ts'
import type { Log } from '../log/index.ts'
import { systemRandom } from '../random/index.ts'
import { readTraceParent } from './traceparent.ts'
import type { Part, Traces } from './traces.ts'

/** Parts that wait for the collector; one more is left out. Some megabytes. */
const mostWaiting = 4096
const mostAtOnce = 512
const everyMilliseconds = 5000
const patienceMilliseconds = 5000
const closeMilliseconds = 2000

const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
const kinds = { client: SpanKind.CLIENT, consumer: SpanKind.CONSUMER } as const

export function otlpTraces(settings: TracesSettings, log: Log): Traces {
  const current = new AsyncLocalStorage<Span>()
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': settings.serviceName,
      'service.instance.id': systemRandom.uuid(),
    }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(settings.percent / 100) }),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: tellingOnce(
          new OTLPTraceExporter({
            url: `${settings.endpoint}/v1/traces`,
            headers: { ...settings.headers },
            timeoutMillis: patienceMilliseconds,
          }),
          log,
          (work) => current.exit(work),
        ),
        maxQueueSize: mostWaiting,
        maxExportBatchSize: mostAtOnce,
        scheduledDelayMillis: everyMilliseconds,
        exportTimeoutMillis: 2 * patienceMilliseconds,
      }),
    ],
  })
  const tracer = provider.getTracer('gatehouse')

  const begin = ({ name, kind, fields }: Part, parent: Context, startTime?: Date): Span =>
    tracer.startSpan(
      name,
      {
        kind: kind === undefined ? SpanKind.INTERNAL : kinds[kind],
        ...(fields === undefined ? {} : { attributes: { ...fields } }),
        ...(startTime === undefined ? {} : { startTime }),
      },
      parent,
    )

  async function within<T>(span: Span, work: () => Promise<T>): Promise<T> {
    try {
      return await current.run(span, work)
    } catch (error) {
      noteFailure(span, error)
      throw error
    } finally {
      span.end()
    }
  }

  return {
    request(traceparent) {
      const told = readTraceParent(traceparent)
      const far = told && farContext(told)
      const links: Link[] = far && !settings.followsParent ? [{ context: far }] : []
      const parent = far && settings.followsParent ? trace.setSpanContext(ROOT_CONTEXT, far) : ROOT_CONTEXT
      const span = tracer.startSpan('request', { kind: SpanKind.SERVER, links }, parent)
      return {
        within: (work) => current.run(span, work),
        end({ method, route, status, requestId }) {
          const known = methods.has(method) ? method : '_OTHER'
          span.updateName(route === undefined ? known : `${known} ${route}`)
          span.setAttributes({
            'http.request.method': known,
            'http.response.status_code': status,
            'gatehouse.request_id': requestId,
            ...(route === undefined ? {} : { 'http.route': route }),
          })
          if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
          span.end()
        },
      }
    },
    alone: (part, work) => within(begin(part, ROOT_CONTEXT), work),
    around(part, work) {
      const parent = current.getStore()
      return parent ? within(begin(part, trace.setSpan(ROOT_CONTEXT, parent)), work) : work()
    },
    ended(part, milliseconds, error) {
      const parent = current.getStore()
      if (!parent) return
      const now = Date.now()
      const span = begin(part, trace.setSpan(ROOT_CONTEXT, parent), new Date(now - milliseconds))
      if (error !== undefined) noteFailure(span, error)
      span.end(new Date(now))
    },
    currentTraceId: () => current.getStore()?.spanContext().traceId,
    async close() {
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, closeMilliseconds)
      })
      await Promise.race([provider.shutdown().catch(() => undefined), late])
      clearTimeout(timer)
    },
  }
}

const farContext = ({ traceId, spanId, isSampled }: NonNullable<ReturnType<typeof readTraceParent>>): SpanContext => ({
  traceId,
  spanId,
  traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
  isRemote: true,
})

/** What it was, never what it said: messages of databases and of others carry values. */
function noteFailure(span: Span, error: unknown): void {
  span.setStatus({ code: SpanStatusCode.ERROR })
  if (error instanceof Error) span.setAttribute('error.type', kindOf(error))
}

const isPlainWord = /^[\w.]{1,60}$/
function kindOf(error: Error): string {
  const said = 'code' in error && typeof error.code === 'string' ? error.code : error.name
  return isPlainWord.test(said) ? said : 'Error'
}

/** The log says once that the collector is away, and once that it is back. */
function tellingOnce(exporter: SpanExporter, log: Log, outside: (work: () => void) => void): SpanExporter {
  let isAway = false
  return {
    export(spans, done) {
      // The batch is nobody's, though the request whose part filled it set it off.
      outside(() =>
        exporter.export(spans, (result) => {
          // 0: delivered.
          const hasFailed = result.code !== 0
          if (hasFailed && !isAway) {
            log.warn('traces cannot be delivered; they are left out meanwhile', {
              reason: result.error && kindOf(result.error),
            })
          }
          if (!hasFailed && isAway) log.info('traces are delivered again')
          isAway = hasFailed
          done(result)
        }),
      )
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
  }
}
