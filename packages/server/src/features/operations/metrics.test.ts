import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createMetrics, serveMetrics } from '../../platform/metrics/index.ts'
import { openServer, portal, tenantId } from '../../testing/open-server.ts'
import type { TestServer } from '../../testing/open-server.ts'

let house: TestServer
beforeAll(async () => {
  house = await openServer()
})
afterAll(() => house.close())

const text = (): Promise<string> => house.server.metrics.text()
const seriesOf = (all: string): string[] => all.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
const valueOf = (all: string, series: string): number =>
  Number(
    seriesOf(all)
      .find((line) => line.startsWith(`${series} `))
      ?.slice(series.length + 1) ?? Number.NaN,
  )

describe('metrics', () => {
  it('have no series, and no word, that a request has put there (CVE-2026-16100)', async () => {
    const { app } = house.server
    const marks = ['hostile-mark', 'HOSTILE', 'hostile"} 1\ngatehouse_forged 1', 'hostile\\']
    const send = async (mark: string, n: number): Promise<void> => {
      const escaped = encodeURIComponent(`${mark}${n}`)
      for (const url of [
        `/${escaped}`,
        `/${tenantId}/${escaped}/oauth2/token`,
        `/${tenantId}/portal/oauth2/${escaped}`,
        `/${tenantId}/portal/oauth2/authorize/${escaped}?client_id=${escaped}`,
        `/${tenantId}/portal/sign-in/${escaped}?flow=${escaped}`,
        `/api/identity/${escaped}/system/pools/${escaped}`,
        `/b/${escaped}`,
      ]) {
        await app.inject({
          method: 'GET',
          url,
          headers: { 'user-agent': mark.replaceAll('\n', ''), 'x-hostile': 'mark' },
        })
      }
      await app.inject({
        method: 'POST',
        url: `/${tenantId}/portal/oauth2/token`,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: new URLSearchParams({ grant_type: `hostile${n}`, client_id: `hostile${n}` }).toString(),
      })
      await app.inject({ method: 'PROPFIND' as 'GET', url: `/${tenantId}/portal/oauth2/token` })
    }
    await Promise.all(marks.map((mark) => send(mark, 0)))
    const first = await text()
    for (let n = 1; n < 30; n += 1) await Promise.all(marks.map((mark) => send(mark, n)))
    const last = await text()
    expect(last).not.toMatch(/hostile|forged|PROPFIND/i)
    expect(seriesOf(last).filter((line) => line.startsWith('gatehouse_'))).toHaveLength(
      seriesOf(first).filter((line) => line.startsWith('gatehouse_')).length,
    )
    expect(last).toContain('route="/:tid/:wid/oauth2/token"')
    expect(last).toContain('route="other"')
  })

  it('count a refused client by its reason from the closed list, once it is committed', async () => {
    const failed = 'gatehouse_events_total{subject="access_token",action="denied",reason="none",route="none"}'
    const before = valueOf(await text(), failed) || 0
    const answer = await house.server.app.inject({
      method: 'POST',
      url: `/${tenantId}/portal/oauth2/token`,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `Basic ${Buffer.from(`${portal.clientId}:${portal.secret}`).toString('base64')}`,
      },
      payload: 'grant_type=refresh_token&refresh_token=none',
    })
    expect(answer.statusCode).toBe(400)
    expect(valueOf(await text(), failed)).toBe(before + 1)
  })

  it('do not count what a transaction took back', async () => {
    let heard = 0
    house.db.onCommitted(() => (heard += 1))
    const { tell } = await import('../../platform/db/index.ts')
    await expect(
      house.db.transaction(async () => {
        tell({ kind: 'nothing' })
        throw new Error('taken back')
      }),
    ).rejects.toThrow('taken back')
    expect(heard).toBe(0)
    await house.db.transaction(async () => tell({ kind: 'something' }))
    expect(heard).toBe(1)
  })

  it('show the deadline of refusals, the legacy store, the outbox and the process', async () => {
    const all = await text()
    expect(valueOf(all, 'gatehouse_refusal_deadline_seconds')).toBe(house.server.refusals.milliseconds / 1000)
    expect(valueOf(all, 'gatehouse_legacy_reachable{store="shard"}')).toBe(1)
    expect(valueOf(all, 'gatehouse_jobs{queue="mail.reset_code",state="waiting"}')).toBe(0)
    expect(valueOf(all, 'gatehouse_hash_queued')).toBe(0)
    expect(valueOf(all, 'process_resident_memory_bytes')).toBeGreaterThan(1e6)
  })

  it('are read on a port of their own, at one address', async () => {
    const served = await serveMetrics(house.server.metrics, { host: '127.0.0.1', port: 0 })
    const at = (path: string, method = 'GET') => fetch(`http://127.0.0.1:${served.port}${path}`, { method })
    const answer = await at('/metrics')
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
    expect(await answer.text()).toContain('gatehouse_hash_running')
    expect((await at('/metrics', 'POST')).status).toBe(404)
    expect((await at('/')).status).toBe(404)
    await served.close()
    expect((await house.server.app.inject('/metrics')).statusCode).toBe(404)
  })

  it('go on without a gauge whose reading fails', async () => {
    const metrics = createMetrics()
    metrics.gauge('broken', { kind: 'gauge', help: 'fails' }, () => Promise.reject(new Error('no database')))
    metrics.gauge('sound', { kind: 'gauge', help: 'does not' }, () => [{ value: 7 }])
    expect(await metrics.text()).toContain('sound 7')
  })
})
