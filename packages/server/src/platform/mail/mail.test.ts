import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { smtpSender } from './index.ts'
import type { Mail, MailSender } from './index.ts'

interface Received {
  readonly from: string
  readonly to: readonly string[]
  readonly text: string
}

let server: SMTPServer
let sender: MailSender
let received: Received[]
let refuses: boolean

beforeEach(async () => {
  received = []
  refuses = false
  server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    onRcptTo: (_address, _session, callback) => callback(refuses ? new Error('mailbox full') : null),
    onData(stream, { envelope }, callback) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        received.push({
          from: envelope.mailFrom === false ? '' : envelope.mailFrom.address,
          to: envelope.rcptTo.map(({ address }) => address),
          text: Buffer.concat(chunks).toString('utf8'),
        })
        callback()
      })
    },
  })
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  sender = smtpSender(`smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`)
})
afterEach(async () => {
  sender.close()
  await new Promise<void>((resolve) => server.close(() => resolve()))
})

const mail: Mail = {
  from: 'Harbor <no-reply@harbor.example>',
  to: 'jane@example.org',
  subject: 'Your code',
  text: '048213 is your code',
  html: '<p>048213 is your code</p>',
}
const headersOf = ({ text }: Received): string => text.slice(0, text.indexOf('\r\n\r\n')).replaceAll(/\r\n[ \t]+/g, ' ')

describe('a mail', () => {
  it('reaches the one address with both its texts', async () => {
    await sender.send(mail)
    expect(received).toHaveLength(1)
    const [one] = received
    expect(one).toMatchObject({ from: 'no-reply@harbor.example', to: ['jane@example.org'] })
    expect(headersOf(one!)).toMatch(/^From: Harbor <no-reply@harbor\.example>$/m)
    expect(headersOf(one!)).toMatch(/^To: jane@example\.org$/m)
    expect(one!.text).toMatch(/text\/plain[\s\S]*048213[\s\S]*text\/html[\s\S]*<p>048213/)
  })

  it.each([
    'a@example.org,b@evil.example',
    'a@example.org, b@evil.example',
    'a@example.org;b@evil.example',
    'a@example.org b@evil.example',
    'a@example.org\r\nBcc: b@evil.example',
    'a@example.org\nRCPT TO:<b@evil.example>',
    'a@example.org>\r\nRCPT TO:<b@evil.example',
    '<a@example.org>,<b@evil.example>',
    'Jane <a@example.org>',
    'group: a@example.org, b@evil.example;',
    'a@example.org\u0000b@evil.example',
    'a@b@evil.example',
    '"a@example.org"@evil.example',
    '"a,b"@example.org',
    '@example.org',
    'a@',
    'a',
    '',
  ])('to what is not one plain address, %j, is refused and reaches nobody (RS07)', async (to) => {
    await expect(sender.send({ ...mail, to })).rejects.toThrow('not one address')
    expect(received).toStrictEqual([])
  })

  it.each(['o’hara@example.org', "o'hara+x=1@example.org", 'jäne@exämple.org', 'jane@xn--exmple-cua.org'])(
    'to %s goes to that one',
    async (to) => {
      await sender.send({ ...mail, to })
      expect(received).toHaveLength(1)
      expect(received[0]?.to).toHaveLength(1)
    },
  )

  it('whose subject holds line ends gains no header', async () => {
    await sender.send({ ...mail, subject: 'Code\r\nBcc: b@evil.example\r\n\r\nbody' })
    expect(received[0]?.to).toStrictEqual(['jane@example.org'])
    expect(headersOf(received[0]!)).not.toMatch(/^Bcc:/im)
  })

  it('that the server refuses is an error, so that the job is tried again', async () => {
    refuses = true
    await expect(sender.send(mail)).rejects.toThrow(/mailbox full|recipients were rejected/)
  })
})
