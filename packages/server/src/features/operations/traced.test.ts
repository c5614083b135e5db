import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createGuardedFetch } from '../../platform/fetch/index.ts'
import { silentLog } from '../../platform/log/index.ts'
import { openTraces } from '../../platform/traces/index.ts'
import { openCollector } from '../../testing/collector.ts'
import type { Collector } from '../../testing/collector.ts'
import { tracedFetch } from './index.ts'

let collector: Collector
const application = createServer((_request, response) => response.end('heard'))
beforeAll(async () => {
  collector = await openCollector()
  await new Promise<void>((resolve) => application.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  application.close()
  await collector.close()
})

it('asking an address is a part that says how and not whom, whether it answers or fails', async () => {
  const settings = { endpoint: collector.url, headers: {}, serviceName: 'here', percent: 100, followsParent: false }
  const traces = await openTraces(settings, silentLog)
  const host = `127.0.0.1:${(application.address() as AddressInfo).port}`
  const fetch = tracedFetch(traces, createGuardedFetch({ allowedHosts: [host] }))
  await traces?.alone({ name: 'job' }, async () => {
    const url = `http://${host}/secret-path?token=secret-token`
    expect(await fetch(url, { method: 'POST', body: 'secret-body' })).toMatchObject({ status: 200, body: 'heard' })
    await expect(fetch('http://other.example/secret-path', { method: 'GET' })).rejects.toThrow('could not be asked')
  })
  await traces?.close()
  const parts = collector.spans().filter(({ name }) => name !== 'job')
  expect(parts).toMatchObject([
    { name: 'POST', attributes: [{ key: 'http.request.method' }] },
    {
      name: 'GET',
      status: { code: 2 },
      attributes: [{}, { key: 'error.type', value: { stringValue: 'FetchFailed' } }],
    },
  ])
  expect(collector.received.map(({ body }) => body).join('')).not.toMatch(/secret|127\.0\.0\.1|other\.example/)
})
