import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { billers } from '../legacy/billers.ts'
import { guests } from '../legacy/guests.ts'
import { addressesOf, readPorts } from '../launcher/settings.ts'
import { ManagementError } from '../management/management-client.ts'
import type { ManagementClient } from '../management/management-client.ts'
import { buildOffice } from './office-app.ts'
import { findCode, openMailbox, readLetter } from './mailbox/mailbox.ts'
import type { Mailbox } from './mailbox/mailbox.ts'

const place = { id: 1, receivedAt: new Date('2026-11-21T09:00:00Z'), to: ['a@b.example'] }
const letter = async (...lines: readonly string[]) => readLetter(Buffer.from(lines.join('\r\n')), place)

describe('reading a letter', () => {
  it('finds both parts, in their own encodings, and the names in the head', async () => {
    const read = await letter(
      'From: =?utf-8?q?Ca=C3=B1on_City?= <no-reply@cc.example>',
      'Subject: =?utf-8?b?MTIzNDU2IGlzIHlvdXIgY29kZQ==?=',
      'MIME-Version: 1.0',
      'Content-Type: multipart/alternative; boundary=b',
      '',
      '--b',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      '123456 is your code, Jos=C3=A9.',
      '--b',
      'Content-Type: text/html; charset=utf-8',
      'Content-Transfer-Encoding: base64',
      '',
      Buffer.from('<p>José</p>').toString('base64'),
      '--b--',
    )
    expect(read).toMatchObject({
      from: 'Cañon City <no-reply@cc.example>',
      subject: '123456 is your code',
      text: '123456 is your code, José.',
      code: '123456',
    })
    expect(read.html?.trim()).toBe('<p>José</p>')
  })

  it('makes the best of one without subject, sender or text', async () => {
    expect(await letter('X-Nothing: y', '', '')).toMatchObject({
      subject: '(no subject)',
      from: '',
      text: '',
      html: undefined,
    })
  })
})

describe('the code in a letter', () => {
  it.each([
    ['690234 is your Snowline code', '', '690234'],
    ['Your code', '123 456 is your code', '123456'],
    ['Your code', 'Code: 123-456', '123456'],
  ])('is seen in %j, %j', (subject, text, code) => {
    expect(findCode(subject, text)).toBe(code)
  })

  it.each([
    ['Invoice 2611-128745', ''],
    ['Your password was changed', 'on November 21, 2026 at 09:11'],
    ['Call us', 'Help: (207) 555-0179'],
    ['You owe $123456', ''],
    ['Hello', 'first line\n690234'],
  ])('is not made up from %j, %j', (subject, text) => {
    expect(findCode(subject, text)).toBeUndefined()
  })
})

const ports = readPorts('4000')
const hostile = '"><script>alert(1)</script>'
let mailbox: Mailbox
let smtpPort: number

beforeAll(async () => {
  smtpPort = await freePort()
  mailbox = await openMailbox(smtpPort)
})
afterAll(async () => mailbox.close())

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

/** Speaks SMTP as a mail program does, one command after the other's answer (RFC 5321). */
async function deliver(raw: string): Promise<string> {
  const socket = connect(smtpPort, '127.0.0.1').setEncoding('utf8')
  let last = ''
  for (const command of [
    'EHLO me',
    'MAIL FROM:<a@b.example>',
    'RCPT TO:<hodan.jama@snow.example>',
    'DATA',
    `${raw}\r\n.`,
    'QUIT',
  ]) {
    await once(socket, 'data')
    socket.write(`${command}\r\n`)
  }
  socket.on('data', (text: string) => (last += text))
  await once(socket, 'close')
  return last
}

const nobody: ManagementClient = {
  request: async () => {
    throw new ManagementError('Gatehouse does not answer.', undefined)
  },
}

async function office(api: ManagementClient = nobody) {
  const addresses = addressesOf(ports)
  const app = await buildOffice({
    addresses,
    ports,
    tenantId: 'harborline',
    api,
    mailbox,
    crm: { clientId: 'crm', secret: 'a secret of the demo' },
    filling: () => ({ done: 3, total: 9 }),
  })
  return async (url: string, host = `localhost:${ports.office}`) => app.inject({ url, headers: { host } })
}

describe('the mailbox', () => {
  it('says what to do while it is empty', async () => {
    const get = await office()
    expect((await get('/mailbox')).body).toContain('No letters yet')
    expect((await get('/mailbox/1')).statusCode).toBe(404)
  })

  it('shows a letter that came by SMTP, escaped, with its code', async () => {
    await deliver(
      `Subject: 482913 ${hostile}\r\nFrom: ${hostile} <x@y.example>\r\n\r\nHi ${hostile}, see https://a.example/?x="<b>`,
    )
    const get = await office()
    for (const page of ['/mailbox', '/mailbox/1']) {
      const { body } = await get(page)
      expect(body).not.toContain('<script')
      expect(body).toContain('482913')
    }
    const { body } = await get('/mailbox/1')
    expect(body).toContain('<strong>482913</strong>')
    expect(body).toContain('hodan.jama@snow.example')
    expect(body).toContain('href="https://a.example/?x="')
  })

  it('shows the HTML of a letter in a frame that can run and fetch nothing', async () => {
    await deliver(
      `Subject: x\r\nContent-Type: text/html\r\n\r\n<script>alert(1)</script><img src=https://spy.example/>`,
    )
    const get = await office()
    expect((await get('/mailbox/2')).body).toMatch(/<iframe[^>]+src="\/mailbox\/2\/html"[^>]+sandbox="allow-popups/)
    const frame = await get('/mailbox/2/html')
    const policy = String(frame.headers['content-security-policy'])
    expect(policy).toContain('sandbox allow-popups')
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toMatch(/allow-scripts|allow-same-origin|https:|\*/)
  })

  it('looks again by itself only when asked to', async () => {
    const get = await office()
    expect((await get('/mailbox')).body).not.toContain('http-equiv="refresh"')
    expect((await get('/mailbox?refresh=1')).body).toContain('http-equiv="refresh"')
  })
})

describe('the pages of the office', () => {
  it('list every guest with the password and every biller with its address', async () => {
    const get = await office()
    const start = (await get('/')).body
    for (const guest of guests) expect(start).toContain(`<code>${guest.username}</code>`)
    const list = (await get('/billers')).body
    for (const biller of billers) expect(list).toContain(`http://localhost:4000/b/${biller.id}`)
    expect(start).toMatch(/3 of\s+9/)
  })

  it('allow no script and nothing from elsewhere', async () => {
    const get = await office()
    for (const page of ['/', '/mailbox', '/billers', '/nowhere']) {
      const { headers } = await get(page)
      expect(headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'self'; img-src 'self'/)
    }
  })

  it('do not answer under a name that somebody else made point here', async () => {
    const get = await office()
    expect((await get('/mailbox', 'evil.example:4200')).statusCode).toBe(421)
  })
})

describe('the events page', () => {
  const event = (changes: object) => ({
    event_id: '01a1fd5f-ba76-7373-a53d-1d63f159f144',
    timestamp: '2026-11-21T09:12:23.000Z',
    event_subject: 'login',
    action: 'failed',
    context: { reason: 'user.locked_in_legacy', route: 'legacy' },
    metadata: { organization_id: 'cedar-falls-water' },
    payload: { login_failed: { username: 't.bergstrom' } },
    ...changes,
  })
  const told = (...events: readonly object[]) => {
    const asked: string[] = []
    const api: ManagementClient = {
      request: async (_method, path) => {
        asked.push(path)
        return { status: 200, body: { audit_events: events } }
      },
    }
    return { api, asked }
  }

  it('says who, where and why in words', async () => {
    const { body } = await (await office(told(event({})).api))('/events')
    expect(body).toContain('t.bergstrom')
    expect(body).toContain('Cedar Falls Water Utility')
    expect(body).toContain('the old system has locked the user')
    expect(body).toContain('earlier sign-in')
  })

  it('shows what it does not know with its own words, and escapes it', async () => {
    const { body } = await (
      await office(told(event({ event_subject: hostile, context: { reason: hostile } })).api)
    )('/events')
    expect(body).not.toContain('<script')
    expect(body).toContain('&lt;script&gt;')
  })

  it('asks for one biller and one outcome when the reader does, and for nothing else that stands in the address', async () => {
    const { api, asked } = told()
    const get = await office(api)
    expect((await get('/events?show=refused&biller=riverton-city&older-than=x')).body).toContain(
      'Nothing here that fits',
    )
    const query = new URL(asked[0] ?? '', 'http://x').searchParams
    expect(Object.fromEntries(query)).toEqual({
      limit: '51',
      order: 'desc',
      organization_id: 'riverton-city',
      event_action: 'failed,rejected,denied,not_sent',
    })
  })

  it('says so when Gatehouse does not answer', async () => {
    const answer = await (await office())('/events')
    expect(answer.statusCode).toBe(502)
    expect(answer.body).toContain('Gatehouse did not answer')
  })
})
