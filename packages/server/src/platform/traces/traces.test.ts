import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openCollector } from '../../testing/collector.ts'
import type { Collector, ToldSpan } from '../../testing/collector.ts'
import { createLog } from '../log/index.ts'
import type { Log } from '../log/index.ts'
import { openTraces } from './index.ts'
import type { Traces } from './index.ts'
import { readTraceParent } from './traceparent.ts'

const far = '0af7651916cd43dd8448eb211c80319c'
const parent = `00-${far}-b7ad6b7169203331-01`
/** What may wait, and what may be on its way. */
const mostKept = 4096 + 512

const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

let collector: Collector
let lines: string[]
let log: Log
beforeEach(async () => {
  collector = await openCollector()
  lines = []
  log = createLog('info', (line) => lines.push(line))
})
afterEach(() => collector.close())

async function open(
  more: { readonly followsParent?: boolean; readonly percent?: number; readonly endpoint?: string } = {},
) {
  const settings = { endpoint: collector.url, headers: {}, serviceName: 'here', percent: 100, followsParent: false }
  const traces = await openTraces({ ...settings, ...more }, log)
  if (!traces) throw new Error('a collector was named')
  return traces
}

/** One request with one part, answered. */
async function ask(traces: Traces, traceparent?: string): Promise<void> {
  const request = traces.request(traceparent)
  await request.within(() => traces.around({ name: 'part' }, async () => {}))
  request.end({ method: 'GET', route: '/a/:b', status: 200, requestId: 'r1' })
}

const named = (name: string): ToldSpan => {
  const span = collector.spans().find((one) => one.name === name)
  if (!span)
    throw new Error(
      `no ${name} among ${collector
        .spans()
        .map((one) => one.name)
        .join(', ')}`,
    )
  return span
}

describe('traces', () => {
  it('are nothing where no collector is named', async () => {
    expect(await openTraces(undefined, log)).toBe(undefined)
  })

  it('show a request by its route, and what was done for it as parts of it', async () => {
    const traces = await open()
    const request = traces.request(undefined)
    await request.within(async () => {
      const id = traces.currentTraceId()
      await traces.around({ name: 'outer' }, async () => {
        traces.ended({ name: 'inner', kind: 'client', fields: { store: 'shard' } }, 25)
        expect(traces.currentTraceId()).toBe(id)
      })
    })
    request.end({ method: 'BREW', route: undefined, status: 503, requestId: 'r1' })
    expect(traces.currentTraceId()).toBe(undefined)
    await traces.close()
    const [server, outer, inner] = [named('_OTHER'), named('outer'), named('inner')]
    expect(outer).toMatchObject({ traceId: server.traceId, parentSpanId: server.spanId })
    expect(inner).toMatchObject({ traceId: server.traceId, parentSpanId: outer.spanId })
    expect(BigInt(inner.endTimeUnixNano) - BigInt(inner.startTimeUnixNano)).toBe(25_000_000n)
    expect(server.status?.code).toBe(2)
  })

  it('tell of a failure what kind it was and not what it said, and leave it as it is', async () => {
    const traces = await open()
    const failure = Object.assign(new Error('duplicate key (name)=(secret.sue)'), { code: '23505' })
    await expect(traces.alone({ name: 'job' }, () => Promise.reject(failure))).rejects.toBe(failure)
    await traces.alone({ name: 'other' }, async () => traces.ended({ name: 'odd' }, 1, new Error('x', { cause: 1 })))
    await traces.close()
    expect(named('job').attributes).toStrictEqual([{ key: 'error.type', value: { stringValue: '23505' } }])
    expect(named('odd').attributes).toStrictEqual([{ key: 'error.type', value: { stringValue: 'Error' } }])
    expect(collector.received.map(({ body }) => body).join('')).not.toContain('secret.sue')
  })

  it('of work that belongs to no request are none', async () => {
    const traces = await open()
    await traces.around({ name: 'lonely' }, async () => traces.ended({ name: 'statement' }, 1))
    await traces.close()
    expect(collector.spans()).toStrictEqual([])
  })

  it('name the trace that a request says it belongs to, and are their own (W3C Trace Context §3.2)', async () => {
    const traces = await open()
    await ask(traces, parent)
    await traces.close()
    const span = named('GET /a/:b')
    expect(span.traceId).not.toBe(far)
    expect(span.links).toMatchObject([{ traceId: far }])
  })

  it('go on with it where that is believed', async () => {
    const traces = await open({ followsParent: true })
    await ask(traces, parent)
    await ask(traces, parent.replace(/01$/, '00'))
    await traces.close()
    expect(collector.spans().map(({ traceId, name }) => ({ traceId, name }))).toStrictEqual([
      { traceId: far, name: 'part' },
      { traceId: far, name: 'GET /a/:b' },
    ])
  })

  it('are told of as many requests as configured', async () => {
    const traces = await open({ percent: 0 })
    await ask(traces)
    await traces.close()
    expect(collector.received).toStrictEqual([])
  })

  it('are left out while the collector is away, and the log says so once, and once that it is back', async () => {
    const port = Number(new URL(collector.url).port)
    await collector.close()
    const traces = await open()
    await ask(traces)
    while (lines.length === 0) await ask(traces).then(pause)
    collector = await openCollector(port)
    while (collector.received.length === 0) await ask(traces).then(pause)
    await traces.close()
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { level: 'warn', msg: 'traces cannot be delivered; they are left out meanwhile', reason: 'ECONNREFUSED' },
      { level: 'info', msg: 'traces are delivered again' },
    ])
  }, 60_000)

  it('that a collector does not take do not grow beyond a bound, and hold up neither work nor the end', async () => {
    const traces = await open()
    collector.hold()
    for (let n = 0; n < 10_000; n += 1) await ask(traces).then(n % 100 === 0 ? pause : undefined)
    // Work never waited for it: all of it is done, and nothing was answered.
    expect(collector.received).toStrictEqual([])
    const closing = traces.close()
    collector.letGo()
    await closing
    expect(collector.spans().length).toBeGreaterThan(0)
    expect(collector.spans().length).toBeLessThanOrEqual(mostKept)
  })
})

describe('a traceparent', () => {
  it('is read as the standard writes it (W3C Trace Context §3.2.2)', () => {
    expect(readTraceParent(parent)).toStrictEqual({ traceId: far, spanId: 'b7ad6b7169203331', isSampled: true })
    expect(readTraceParent(`01${parent.slice(2)}-more`)).toMatchObject({ traceId: far })
  })

  it.each([
    undefined,
    '',
    parent.toUpperCase(),
    `ff${parent.slice(2)}`,
    `${parent}-more`,
    `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
    `00-${far}-${'0'.repeat(16)}-01`,
    `00-${far}-b7ad6b7169203331`,
    `01${parent.slice(2)}-${'x'.repeat(200)}`,
  ])('that is %j is none', (header) => {
    expect(readTraceParent(header)).toBe(undefined)
  })
})
