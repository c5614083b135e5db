import { afterEach, describe, expect, it } from 'vitest'
import { openCollector } from '../packages/server/src/testing/collector.ts'
import type { Collector, ToldSpan } from '../packages/server/src/testing/collector.ts'
import { created, createPool, createUser, managementToken, redeem, refresh, text } from './processes/application.ts'
import { Browser, forgetPassword, signIn } from './processes/browser.ts'
import { openDoor, send } from './processes/door.ts'
import { crm, legacyPerson, makeInstallation, portal } from './processes/installation.ts'
import type { Installation } from './processes/installation.ts'
import { codeIn, openMailSink } from './processes/mail-sink.ts'
import type { MailSink } from './processes/mail-sink.ts'
import { failuresOf, startServer } from './processes/server-process.ts'
import type { ServerProcess } from './processes/server-process.ts'

let house: Installation | undefined
let server: ServerProcess | undefined
let collector: Collector | undefined
let sink: MailSink | undefined

afterEach(async () => {
  await server?.kill()
  await collector?.close()
  await sink?.close()
  await house?.remove()
})

const person = { username: 'traced.tess', password: 'a heron on the weir', email: 'tess@new.example' }
const newPassword = 'two herons on the weir'
const collectorKey = 'a-key-of-the-collector'
const far = '0af7651916cd43dd8448eb211c80319c'

describe('traces of whole sign-ins', () => {
  it('show every part by its name, and hold no secret, no code, no address and no name of a person (FI06)', async () => {
    collector = await openCollector()
    sink = await openMailSink()
    house = await makeInstallation({
      GATEHOUSE_SMTP_URL: sink.url,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_HEADERS: `x-key=${collectorKey}`,
    })
    server = await startServer({
      environment: { ...house.environment, GATEHOUSE_DATA: await house.dataFolder('traces') },
    })
    const door = openDoor(server)
    const seen = new Set<string>()
    const note = (...values: (string | undefined)[]): void => {
      for (const value of values) if (value !== undefined && value.length >= 6) seen.add(value)
    }
    /** All that crosses the door: what is in a path or a query, in a cookie, a form or an answer's redirect. */
    class NotingBrowser extends Browser {
      override async get(url: string) {
        const page = await super.get(url)
        noteAddress(page.url)
        return page
      }
      override async submit(...given: Parameters<Browser['submit']>) {
        const page = await super.submit(...given)
        noteAddress(page.url)
        note(...[...page.body.matchAll(/type="hidden"[^>]*value="([^"]+)"/g)].map(([, value]) => value))
        return page
      }
    }
    const noteAddress = (url: string): void => {
      const { pathname, searchParams } = new URL(url)
      note(/\/sign-in\/([^/]+)/.exec(pathname)?.[1], ...searchParams.values())
    }

    const token = await managementToken(door)
    const madeUser = created(createPool(door, token)).then(() => created(createUser(door, token, person)))
    note(token, text(await madeUser, 'id'))
    for (const one of [legacyPerson, person]) {
      const browser = new NotingBrowser(() => door)
      expect(await signIn(browser, { ...one, password: 'a wrong guess at it' })).toBe(undefined)
      const code = await signIn(browser, one)
      if (!code) throw new Error('not signed in')
      note(code.code, code.verifier, one.username, one.password, ...browser.cookies())
      const tokens = await redeem(door, code)
      const rotated = await refresh(door, text(tokens, 'refresh_token'))
      for (const answer of [tokens, rotated]) {
        note(...['access_token', 'refresh_token', 'id_token'].map((field) => text(answer, field)))
      }
    }
    const asking = new NotingBrowser(() => door)
    const page = await forgetPassword(asking, person.username)
    const mail = await sink.mailTo(person.email)
    const reset = { code: codeIn(mail), new_password: newPassword }
    expect((await asking.submit(page, reset, '/reset-password')).status).toBe(200)
    note(newPassword, person.email, portal.secret, crm.secret, 'a wrong guess at it', 'heron', 'nonce-1', 'state-1')
    note(collectorKey, house.environment['GATEHOUSE_VAULT_SECRET'], legacyPerson.username, 'tess', 'lena')
    note('hostile-path', 'hostile-query', 'hostile-agent', 'hostile-method')
    await send(door, {
      method: 'GET',
      path: '/hostile-path/x?hostile-query=1',
      headers: { traceparent: `00-${far}-b7ad6b7169203331-01`, 'user-agent': 'hostile-agent' },
    })
    await server.stop()

    const spans = collector.spans()
    const told = collector.received.map(({ body }) => body).join('\n')
    expect(seen.size).toBeGreaterThan(40)
    // In words, so that a failing run prints no secret that another test might use.
    for (const value of seen) expect({ value, isTold: told.includes(value) }).toStrictEqual({ value, isTold: false })
    expect(told).not.toMatch(new RegExp(String.raw`\b${reset.code}\b`))
    // All text that is told is of our own making: routes, tables, queues, ids of requests, ids of stores.
    const values = spans.flatMap(({ attributes }) => attributes.map(({ key, value }) => ({ key, ...value })))
    const keys = new Set(values.map(({ key }) => key))
    expect([...keys].toSorted()).toStrictEqual([
      'db.collection.name',
      'db.operation.name',
      'db.system.name',
      'gatehouse.outcome',
      'gatehouse.request_id',
      'gatehouse.store',
      'http.request.method',
      'http.response.status_code',
      'http.route',
      'messaging.destination.name',
    ])
    for (const { path, headers } of collector.received) {
      expect({ path, key: headers['x-key'] }).toStrictEqual({ path: '/v1/traces', key: collectorKey })
    }

    const password = spans.filter(({ name }) => name === 'POST /:tid/:wid/sign-in/:flow/password')
    expect(password.length).toBe(4)
    const partsOf = (span: ToldSpan): ToldSpan[] => spans.filter(({ traceId }) => traceId === span.traceId)
    const names = new Set(password.flatMap((span) => partsOf(span).map(({ name }) => name)))
    for (const name of ['password verify', 'legacy store', 'transaction', 'select users']) expect(names).toContain(name)
    const mailing = spans.find(({ name }) => name === 'job mail.reset_code')
    expect(mailing && partsOf(mailing).map(({ name }) => name)).toContain('mail send')
    expect(spans.find(({ name }) => name === 'POST /:tid/:wid/oauth2/token')?.parentSpanId ?? '').toBe('')
    expect(spans.flatMap(({ links = [] }) => links).map(({ traceId }) => traceId)).toStrictEqual([far])
    expect(spans.map(({ traceId }) => traceId)).not.toContain(far)

    // A line of the log leads to the trace, and back.
    const answered = server.lines.filter(({ msg }) => msg === 'answered')
    const traces = new Set(spans.map(({ traceId }) => traceId))
    expect(answered.length).toBeGreaterThan(20)
    for (const { traceId } of answered) expect(traces).toContain(traceId)
    expect(failuresOf(server)).toStrictEqual([])
    console.log(
      `traces: ${spans.length} spans of ${traces.size} traces in ${told.length} bytes; ${seen.size} secrets, names and addresses searched, found 0`,
    )
  }, 90_000)

  it('load nothing where no collector is named, and cost nobody an answer where it is away (O01)', async () => {
    house = await makeInstallation()
    const environment = { ...house.environment, GATEHOUSE_DATA: await house.dataFolder('traces') }
    const imports = [new URL('processes/loaded-packages.ts', import.meta.url).href]
    server = await startServer({ environment, imports })
    await server.stop()
    const loaded = (words: readonly string[]): string[] =>
      words.filter((line) => line.startsWith('loaded @opentelemetry')).map((line) => line.slice('loaded '.length))
    // The types and constants of the interface are what the metrics' library loads for itself.
    expect(loaded(server.words)).toStrictEqual(['@opentelemetry/api'])

    collector = await openCollector()
    await collector.close()
    server = await startServer({ environment: { ...environment, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }, imports })
    const { lines, words } = server
    const door = openDoor(server)
    const isSaid = (): boolean => lines.some(({ msg }) => msg?.startsWith('traces cannot be delivered') === true)
    let slowest = 0
    let requests = 0
    for (; requests < 200 || !isSaid(); requests += 1) {
      const sentAt = performance.now()
      const { status } = await send(door, { method: 'GET', path: '/health/ready' })
      slowest = Math.max(slowest, performance.now() - sentAt)
      expect(status).toBe(200)
    }
    const stoppedAt = performance.now()
    await server.stop()
    console.log(
      `traces: collector away: ${requests} of ${requests} requests answered, the slowest after ${slowest.toFixed(0)} ms; ` +
        `the stop took ${((performance.now() - stoppedAt) / 1000).toFixed(1)} s`,
    )
    expect(loaded(words)).toContain('@opentelemetry/sdk-trace')
    const warnings = lines.filter(({ level }) => level === 'warn' || level === 'error')
    expect(warnings.map(({ traceId }) => traceId)).toStrictEqual([undefined])
    expect(lines.at(-1)).toMatchObject({ msg: 'stopped' })
  }, 90_000)
})
