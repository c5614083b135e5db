import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'

export interface MailSink {
  readonly url: string
  /** Mails taken so far. */
  readonly count: number
  /** Resolves with the text of the first mail to this address, whether it has come or is yet to come. */
  mailTo(address: string): Promise<string>
  close(): Promise<void>
}

/** A mail server that takes everything and gives it to the test, on this port or a free one. */
export async function openMailSink(wanted = 0): Promise<MailSink> {
  let count = 0
  const mails = new Map<string, PromiseWithResolvers<string>>()
  const boxOf = (address: string): PromiseWithResolvers<string> => {
    const box = mails.get(address) ?? Promise.withResolvers<string>()
    mails.set(address, box)
    return box
  }
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.once('end', () => {
        count += 1
        const mail = Buffer.concat(chunks).toString('utf8')
        for (const { address } of session.envelope.rcptTo) boxOf(address).resolve(mail)
        done()
      })
    },
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(wanted, '127.0.0.1', () => resolve())
  })
  const { port } = server.server.address() as AddressInfo
  return {
    url: `smtp://127.0.0.1:${port}`,
    get count() {
      return count
    },
    mailTo: (address) => boxOf(address).promise,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

/** The six digits that stand alone in a mail. */
export function codeIn(mail: string): string {
  const body = mail.slice(mail.indexOf('\r\n\r\n'))
  const code = /^\D*?\b(\d{6})\b/m.exec(body)?.[1]
  if (code === undefined) throw new Error('no code in the mail')
  return code
}
